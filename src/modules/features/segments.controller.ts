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

import { Cached } from '../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import { decodeCursor, toPage } from '../../common/http/page.js';
import type { Principal } from '../../common/http/principal.js';
import { AcceptsIfMatch } from '../../common/http/route-docs.js';
import { IdempotencyOf, IdempotentBy } from '../idempotency/documents/idempotent-by.decorator.js';
import type { IdempotentRequest } from '../idempotency/documents/idempotent-request.js';
import { SegmentNotFound } from './features.errors.js';
import { toConstraint } from './flag-input.js';
import { SEGMENTS_COLLECTION } from './segment.schema.js';
import { toSegmentResponse } from './segment.response.js';
import { ListSegmentsQuery, SegmentDto, SegmentPage, SegmentResponse } from './segments.dto.js';
import type { SegmentInput } from './segment-writer.service.js';
import { SegmentsService } from './segments.service.js';

@ApiTags('features')
@Controller('segments')
export class SegmentsController {
  constructor(private readonly segments: SegmentsService) {}

  @Post()
  @IdempotentBy(SEGMENTS_COLLECTION)
  @ApiOperation({ summary: 'Create a segment: a list of constraints that strategies share' })
  @ZodResponse({ status: 201, type: SegmentResponse })
  async create(
    @CurrentPrincipal() actor: Principal,
    @Body() body: SegmentDto,
    @IdempotencyOf() request: IdempotentRequest | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SegmentResponse> {
    const segment = await this.segments.create(actor, toSegment(body), request);
    void reply.header('location', `/api/v1/segments/${segment.number}`);
    return toSegmentResponse(segment);
  }

  @Get()
  @Cached({ resource: 'segments', source: 'mongodb' })
  @ApiOperation({ summary: 'List the segments of your organisation, newest first' })
  @ZodResponse({ status: 200, type: SegmentPage })
  async list(
    @CurrentPrincipal() actor: Principal,
    @Query() { limit, cursor }: ListSegmentsQuery,
  ): Promise<SegmentPage> {
    const [afterId] = cursor === undefined ? [null] : decodeCursor(cursor, ['id']);
    const segments = await this.segments.list(actor, limit, afterId);
    return toPage(segments, limit, toSegmentResponse, ({ _id }) => [_id]);
  }

  @Get(':id')
  @Cached({ resource: 'segments', source: 'mongodb', numbered: true })
  @ApiOperation({ summary: 'Read a segment' })
  @ZodResponse({ status: 200, type: SegmentResponse })
  async get(@CurrentPrincipal() actor: Principal, @Param('id') id: string): Promise<SegmentResponse> {
    return toSegmentResponse(await this.segments.get(actor, numberOf(id)));
  }

  @Put(':id')
  @AcceptsIfMatch()
  @ApiOperation({ summary: 'Replace a segment: every flag that uses it follows at once' })
  @ZodResponse({ status: 200, type: SegmentResponse })
  async replace(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Body() body: SegmentDto,
    @Headers('if-match') ifMatch?: string,
  ): Promise<SegmentResponse> {
    return toSegmentResponse(await this.segments.replace(actor, numberOf(id), toSegment(body), ifMatch));
  }

  @Delete(':id')
  @HttpCode(204)
  @AcceptsIfMatch()
  @ApiOperation({ summary: 'Delete a segment that no flag uses' })
  async delete(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Headers('if-match') ifMatch?: string,
  ): Promise<void> {
    await this.segments.delete(actor, numberOf(id), ifMatch);
  }
}

const toSegment = ({ constraints, ...segment }: SegmentDto): SegmentInput => ({
  ...segment,
  constraints: constraints.map(toConstraint),
});

/** Accepts one spelling only, because the tags that a writer replaces are made from it. Throws `SegmentNotFound`. */
function numberOf(id: string): number {
  if (/^(?:0|[1-9]\d{0,14})$/.test(id)) return Number(id);
  throw new SegmentNotFound();
}
