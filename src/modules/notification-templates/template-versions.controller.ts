import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';

import { Cached } from '../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import { decodeCursor, toPage } from '../../common/http/page.js';
import type { Principal } from '../../common/http/principal.js';
import { IdempotencyOf, IdempotentBy } from '../idempotency/documents/idempotent-by.decorator.js';
import type { IdempotentRequest } from '../idempotency/documents/idempotent-request.js';
import { PublishingService } from './publishing.service.js';
import { TemplateResponse } from './template.dto.js';
import { TEMPLATES_COLLECTION } from './template.js';
import { toTemplateResponse, toVersionResponse, toVersionSummary } from './template.response.js';
import {
  ListTemplateVersionsQuery,
  RollbackTemplateDto,
  TemplateDiffPath,
  TemplateDiffResponse,
  TemplateVersionPage,
  TemplateVersionPath,
  TemplateVersionResponse,
} from './template-versions.dto.js';

@ApiTags('notification-templates')
@Controller('notification-templates/:key')
export class TemplateVersionsController {
  constructor(private readonly publishing: PublishingService) {}

  @Post('publish')
  @IdempotentBy(TEMPLATES_COLLECTION)
  @HttpCode(200)
  @ApiOperation({ summary: 'Publish the draft of a notification template, or learn what is wrong with it' })
  @ZodResponse({ status: 200, type: TemplateResponse })
  async publish(
    @CurrentPrincipal() actor: Principal,
    @Param('key') key: string,
    @IdempotencyOf() request: IdempotentRequest | null,
  ): Promise<TemplateResponse> {
    return toTemplateResponse(await this.publishing.publish(actor, key, request));
  }

  @Post('rollback')
  @IdempotentBy(TEMPLATES_COLLECTION)
  @HttpCode(200)
  @ApiOperation({ summary: 'Publish an older version once more' })
  @ZodResponse({ status: 200, type: TemplateResponse })
  async rollback(
    @CurrentPrincipal() actor: Principal,
    @Param('key') key: string,
    @Body() { version }: RollbackTemplateDto,
    @IdempotencyOf() request: IdempotentRequest | null,
  ): Promise<TemplateResponse> {
    return toTemplateResponse(await this.publishing.rollback(actor, key, version, request));
  }

  @Get('versions')
  @Cached({ resource: 'notification-templates', source: 'mongodb', idParam: 'key' })
  @ApiOperation({ summary: 'List the published versions of a notification template, newest first' })
  @ZodResponse({ status: 200, type: TemplateVersionPage })
  async versions(
    @CurrentPrincipal() actor: Principal,
    @Param('key') key: string,
    @Query() { limit, cursor }: ListTemplateVersionsQuery,
  ): Promise<TemplateVersionPage> {
    const before = cursor === undefined ? null : versionOf(cursor);
    const versions = await this.publishing.list(actor, key, limit, before);
    return toPage(versions, limit, toVersionSummary, ({ version }) => [String(version)]);
  }

  @Get('versions/:version')
  @Cached({ resource: 'notification-templates', source: 'mongodb', idParam: 'key' })
  @ApiOperation({ summary: 'Read a published version of a notification template' })
  @ZodResponse({ status: 200, type: TemplateVersionResponse })
  async version(
    @CurrentPrincipal() actor: Principal,
    @Param() { key, version }: TemplateVersionPath,
  ): Promise<TemplateVersionResponse> {
    return toVersionResponse(await this.publishing.version(actor, key, version));
  }

  @Get('versions/:version/diff/:other')
  @Cached({ resource: 'notification-templates', source: 'mongodb', idParam: 'key' })
  @ApiOperation({ summary: 'Compare two versions of a notification template, or one with the draft' })
  @ZodResponse({ status: 200, type: TemplateDiffResponse })
  async diff(
    @CurrentPrincipal() actor: Principal,
    @Param() { key, version: from, other: to }: TemplateDiffPath,
  ): Promise<TemplateDiffResponse> {
    const patch = await this.publishing.diff(actor, key, from, to);
    return { from, to, patch: patch.map((operation) => ({ ...operation })) };
  }
}

const versionOf = (cursor: string): number => Number(decodeCursor(cursor, ['integer'])[0]);
