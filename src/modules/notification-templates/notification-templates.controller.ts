import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Patch,
  Post,
  Put,
  Query,
  Res,
} from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ZodResponse } from 'nestjs-zod';

import { Cached } from '../../cache/cached.decorator.js';
import { BodyBounds } from '../../common/http/body/body-bounds.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import { decodeIdCursor, toPage } from '../../common/http/page.js';
import type { Principal } from '../../common/http/principal.js';
import { AcceptsIfMatch } from '../../common/http/route-docs.js';
import { IdempotencyOf, IdempotentBy } from '../idempotency/documents/idempotent-by.decorator.js';
import type { IdempotentRequest } from '../idempotency/documents/idempotent-request.js';
import {
  CONTENT_BOUNDS,
  CreateTemplateDto,
  ListTemplatesQuery,
  PatchTemplateDto,
  ReplaceTemplateDto,
  TemplatePage,
  TemplateResponse,
} from './template.dto.js';
import { assertSameKey, canonicalPatch, toContent } from './template-input.js';
import { TEMPLATES_COLLECTION } from './template.js';
import { toTemplateResponse, toTemplateSummary } from './template.response.js';
import { TemplatesService } from './templates.service.js';

@ApiTags('notification-templates')
@Controller('notification-templates')
export class NotificationTemplatesController {
  constructor(private readonly templates: TemplatesService) {}

  @Post()
  @BodyBounds(CONTENT_BOUNDS)
  @IdempotentBy(TEMPLATES_COLLECTION)
  @ApiOperation({ summary: 'Create a notification template, as a draft' })
  @ZodResponse({ status: 201, type: TemplateResponse })
  async create(
    @CurrentPrincipal() actor: Principal,
    @Body() { key, channel, ...content }: CreateTemplateDto,
    @IdempotencyOf() request: IdempotentRequest | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TemplateResponse> {
    const given = { channel, content: toContent(content) };
    const template = await this.templates.create(actor, key, given, request);
    void reply.header('location', `/api/v1/notification-templates/${encodeURIComponent(key)}`);
    return toTemplateResponse(template);
  }

  @Get()
  @Cached({ resource: 'notification-templates', source: 'mongodb' })
  @ApiOperation({
    summary: 'List the notification templates of your organisation, newest first, without their texts',
  })
  @ZodResponse({ status: 200, type: TemplatePage })
  async list(
    @CurrentPrincipal() actor: Principal,
    @Query() { limit, cursor, channel }: ListTemplatesQuery,
  ): Promise<TemplatePage> {
    const templates = await this.templates.list(actor, { channel }, limit, decodeIdCursor(cursor));
    return toPage(templates, limit, toTemplateSummary, ({ _id }) => [_id]);
  }

  @Get(':key')
  @Cached({ resource: 'notification-templates', source: 'mongodb', idParam: 'key' })
  @ApiOperation({ summary: 'Read the draft of a notification template' })
  @ZodResponse({ status: 200, type: TemplateResponse })
  async get(@CurrentPrincipal() actor: Principal, @Param('key') key: string): Promise<TemplateResponse> {
    return toTemplateResponse(await this.templates.get(actor, key));
  }

  @Put(':key')
  @BodyBounds(CONTENT_BOUNDS)
  @AcceptsIfMatch()
  @ApiOperation({ summary: 'Replace the draft of a notification template' })
  @ZodResponse({ status: 200, type: TemplateResponse })
  async replace(
    @CurrentPrincipal() actor: Principal,
    @Param('key') key: string,
    @Body() { key: given, channel, ...content }: ReplaceTemplateDto,
    @Headers('if-match') ifMatch?: string,
  ): Promise<TemplateResponse> {
    assertSameKey(given, key);
    const replacement = { channel, content: toContent(content) };
    return toTemplateResponse(await this.templates.replace(actor, key, replacement, ifMatch));
  }

  @Patch(':key')
  @BodyBounds(CONTENT_BOUNDS)
  @AcceptsIfMatch()
  @ApiOperation({ summary: 'Change parts of the draft of a notification template' })
  @ZodResponse({ status: 200, type: TemplateResponse })
  async patch(
    @CurrentPrincipal() actor: Principal,
    @Param('key') key: string,
    @Body() patch: PatchTemplateDto,
    @Headers('if-match') ifMatch?: string,
  ): Promise<TemplateResponse> {
    return toTemplateResponse(await this.templates.patch(actor, key, canonicalPatch(patch), ifMatch));
  }

  @Delete(':key')
  @HttpCode(204)
  @AcceptsIfMatch()
  @ApiOperation({ summary: 'Delete a notification template and its versions' })
  async delete(
    @CurrentPrincipal() actor: Principal,
    @Param('key') key: string,
    @Headers('if-match') ifMatch?: string,
  ): Promise<void> {
    await this.templates.delete(actor, key, ifMatch);
  }
}
