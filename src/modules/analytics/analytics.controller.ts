import { Body, Controller, Get, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ZodResponse } from 'nestjs-zod';

import { Cached } from '../../cache/cached.decorator.js';
import { Invalid } from '../../common/errors/kinds.js';
import { BodyBounds } from '../../common/http/body/body-bounds.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import { decodePosition, type Position, toPage } from '../../common/http/page.js';
import type { Principal } from '../../common/http/principal.js';
import type { AnalyticsEvent } from './analytics-event.js';
import { AnalyticsRecorder } from './analytics-recorder.service.js';
import {
  EventBatchResponse,
  EventPage,
  EventResponse,
  ListEventsQuery,
  RecordEventBatchDto,
  RecordEventDto,
} from './analytics.dto.js';
import { toEventResponse } from './analytics.response.js';
import { AnalyticsService } from './analytics.service.js';
import { outcomesOf, parseEvent, parseEvents } from './event-batch.js';

/** A full batch of events of a hundred members each. */
const BATCH_MEMBERS = 100_000;
/** `X-Data-Source` of events that wait for MongoDB in PostgreSQL. */
const SPOOL = 'postgres-spool';

@ApiTags('analytics')
@Controller('analytics')
export class AnalyticsController {
  constructor(
    private readonly analytics: AnalyticsService,
    private readonly recorder: AnalyticsRecorder,
  ) {}

  @Post('events')
  @ApiOperation({
    summary: 'Record an event; with a `message_id` it is stored once, however often it is sent',
  })
  @ZodResponse({ status: 201, type: EventResponse })
  @ApiResponse({ status: 200, type: EventResponse.Output, description: 'It was stored before.' })
  @ApiResponse({
    status: 202,
    type: EventResponse.Output,
    description: 'Durable, and stored as soon as its store is back.',
    headers: { 'X-Data-Source': { description: '`postgres-spool`', schema: { type: 'string' } } },
  })
  async record(
    @CurrentPrincipal() actor: Principal,
    @Body() body: RecordEventDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EventResponse> {
    const [recorded] = await this.recorder.record(actor, [body], { inTransaction: isIdempotent(request) });
    if (!recorded) throw new Error('The event has no outcome');
    const { event, outcome } = recorded;
    if (outcome.kind === 'faulty') throw new Invalid([outcome.fault]);
    if (outcome.kind === 'refused') throw outcome.error;
    if (outcome.kind === 'spooled') void reply.status(202).header('x-data-source', SPOOL);
    if (outcome.kind === 'known') void reply.status(200);
    const stored = outcome.kind === 'known' ? await this.recorder.stored(actor, outcome.id) : null;
    return toEventResponse(stored ?? event);
  }

  @Post('batch')
  @BodyBounds({ members: BATCH_MEMBERS })
  @ApiOperation({ summary: 'Record up to 1,000 events, with an outcome for each' })
  @ZodResponse({ status: 200, type: EventBatchResponse })
  @ApiResponse({
    status: 207,
    type: EventBatchResponse.Output,
    description: 'Some events were refused; the outcomes say which.',
  })
  async recordBatch(
    @CurrentPrincipal() actor: Principal,
    @Body() { events }: RecordEventBatchDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EventBatchResponse> {
    const parsed = await parseEvents(events, parseEvent);
    const inputs = parsed.valid.map(({ input }) => input);
    const recorded = await this.recorder.record(actor, inputs, { inTransaction: isIdempotent(request) });
    const outcomes = outcomesOf(parsed, recorded);
    if (outcomes.some(({ status }) => status === 202)) void reply.header('x-data-source', SPOOL);
    if (outcomes.some(({ status }) => status >= 400)) void reply.status(207);
    return { outcomes };
  }

  @Get('events')
  @Cached({ resource: 'analytics', source: 'mongodb' })
  @ApiOperation({ summary: 'List events, newest first' })
  @ZodResponse({ status: 200, type: EventPage })
  async list(@CurrentPrincipal() actor: Principal, @Query() query: ListEventsQuery): Promise<EventPage> {
    const { limit, cursor, from, to, ...equal } = query;
    const filter = { ...equal, ...(from && { from: new Date(from) }), ...(to && { to: new Date(to) }) };
    const events = await this.analytics.list(actor, filter, limit, decodePosition(cursor));
    return toPage(events, limit, toEventResponse, positionOf);
  }
}

/** Such a request runs in one transaction, which holds its record too (ADR 7). */
const isIdempotent = (request: FastifyRequest): boolean => request.headers['idempotency-key'] !== undefined;

const positionOf = (event: AnalyticsEvent): Position => ({ at: event.timestamp, id: event._id });
