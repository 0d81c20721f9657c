import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Post,
  Put,
  Query,
  Res,
} from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ZodResponse } from 'nestjs-zod';

import { Cached } from '../../../cache/cached.decorator.js';
import { BodyBounds } from '../../../common/http/body/body-bounds.decorator.js';
import { CurrentPrincipal } from '../../../common/http/current-principal.js';
import { decodeIdCursor, toPage } from '../../../common/http/page.js';
import type { Principal } from '../../../common/http/principal.js';
import { AcceptsIfMatch } from '../../../common/http/route-docs.js';
import { IdempotencyOf, IdempotentBy } from '../../idempotency/documents/idempotent-by.decorator.js';
import type { IdempotentRequest } from '../../idempotency/documents/idempotent-request.js';
import { CONTENT_BOUNDS } from '../template.dto.js';
import { assertSameName, canonicalKeys } from '../template-input.js';
import { PARTIALS_COLLECTION } from '../template.js';
import { PartialsService } from './partials.service.js';
import { toPartialResponse, toPartialSummary } from './template-partial.response.js';
import {
  CreatePartialDto,
  ListPartialsQuery,
  PartialPage,
  PartialResponse,
  ReplacePartialDto,
} from './template-partials.dto.js';

@ApiTags('notification-templates')
@Controller('template-partials')
export class TemplatePartialsController {
  constructor(private readonly partials: PartialsService) {}

  @Post()
  @BodyBounds(CONTENT_BOUNDS)
  @IdempotentBy(PARTIALS_COLLECTION)
  @ApiOperation({ summary: 'Create a partial, or a layout' })
  @ZodResponse({ status: 201, type: PartialResponse })
  async create(
    @CurrentPrincipal() actor: Principal,
    @Body() { name, variants }: CreatePartialDto,
    @IdempotencyOf() request: IdempotentRequest | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PartialResponse> {
    const partial = await this.partials.create(actor, name, canonicalKeys(variants) as never, request);
    void reply.header('location', `/api/v1/template-partials/${name}`);
    return toPartialResponse(partial);
  }

  @Get()
  @Cached({ resource: 'template-partials', source: 'mongodb' })
  @ApiOperation({ summary: 'List the partials of your organisation, newest first, without their texts' })
  @ZodResponse({ status: 200, type: PartialPage })
  async list(
    @CurrentPrincipal() actor: Principal,
    @Query() { limit, cursor }: ListPartialsQuery,
  ): Promise<PartialPage> {
    const partials = await this.partials.list(actor, limit, decodeIdCursor(cursor));
    return toPage(partials, limit, toPartialSummary, ({ _id }) => [_id]);
  }

  @Get(':name')
  @Cached({ resource: 'template-partials', source: 'mongodb', idParam: 'name' })
  @ApiOperation({ summary: 'Read a partial' })
  @ZodResponse({ status: 200, type: PartialResponse })
  async get(@CurrentPrincipal() actor: Principal, @Param('name') name: string): Promise<PartialResponse> {
    return toPartialResponse(await this.partials.get(actor, name));
  }

  @Put(':name')
  @BodyBounds(CONTENT_BOUNDS)
  @AcceptsIfMatch()
  @ApiOperation({
    summary: 'Replace a partial. Published versions keep the text that they were published with',
  })
  @ZodResponse({ status: 200, type: PartialResponse })
  async replace(
    @CurrentPrincipal() actor: Principal,
    @Param('name') name: string,
    @Body() { name: given, variants }: ReplacePartialDto,
    @Headers('if-match') ifMatch?: string,
  ): Promise<PartialResponse> {
    assertSameName(given, name);
    const partial = await this.partials.replace(actor, name, canonicalKeys(variants) as never, ifMatch);
    return toPartialResponse(partial);
  }

  @Delete(':name')
  @HttpCode(204)
  @AcceptsIfMatch()
  @ApiOperation({ summary: 'Delete a partial that no draft uses' })
  async delete(
    @CurrentPrincipal() actor: Principal,
    @Param('name') name: string,
    @Headers('if-match') ifMatch?: string,
  ): Promise<void> {
    await this.partials.delete(actor, name, ifMatch);
  }
}
