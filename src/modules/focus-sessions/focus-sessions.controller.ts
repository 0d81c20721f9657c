import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ZodResponse } from 'nestjs-zod';

import { NoCache } from '../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import { decodeIdCursor, toPage } from '../../common/http/page.js';
import type { Principal } from '../../common/http/principal.js';
import { Clock } from '../../common/time/clock.js';
import { IdempotencyOf, IdempotentBy } from '../idempotency/documents/idempotent-by.decorator.js';
import type { IdempotentRequest } from '../idempotency/documents/idempotent-request.js';
import { FOCUS_SESSIONS_COLLECTION, type FocusSession } from './focus-session.js';
import { toFocusSessionResponse } from './focus-session.response.js';
import {
  FocusSessionPage,
  FocusSessionResponse,
  FocusTicksDto,
  FocusTicksResponse,
  ListFocusSessionsQuery,
  StartFocusSessionDto,
} from './focus-sessions.dto.js';
import { FocusSessionsService } from './focus-sessions.service.js';
import { FocusTicks } from './focus-ticks.service.js';

/** Ticks replace no tag. */
const CHANGES_OFTEN = { because: 'the elapsed time grows with every tick', source: 'mongodb' } as const;

@ApiTags('focus-sessions')
@Controller('focus-sessions')
export class FocusSessionsController {
  constructor(
    private readonly sessions: FocusSessionsService,
    private readonly ticks: FocusTicks,
    private readonly clock: Clock,
  ) {}

  @Post()
  @IdempotentBy(FOCUS_SESSIONS_COLLECTION)
  @ApiOperation({ summary: 'Start a focus session; 409 while you have an active one' })
  @ZodResponse({ status: 201, type: FocusSessionResponse })
  async start(
    @CurrentPrincipal() actor: Principal,
    @Body() body: StartFocusSessionDto,
    @IdempotencyOf() request: IdempotentRequest | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<FocusSessionResponse> {
    const session = await this.sessions.start(actor, body, request);
    void reply.header('location', `/api/v1/focus-sessions/${session._id}`);
    return this.shown(session);
  }

  @Get()
  @NoCache(CHANGES_OFTEN)
  @ApiOperation({ summary: 'List your focus sessions, newest first' })
  @ZodResponse({ status: 200, type: FocusSessionPage })
  async list(
    @CurrentPrincipal() actor: Principal,
    @Query() query: ListFocusSessionsQuery,
  ): Promise<FocusSessionPage> {
    const { limit, cursor, ...filter } = query;
    const found = await this.sessions.list(actor, filter, limit, decodeIdCursor(cursor));
    return toPage(
      found,
      limit,
      (session) => this.shown(session),
      ({ _id }) => [_id],
    );
  }

  @Get('active')
  @NoCache(CHANGES_OFTEN)
  @ApiOperation({ summary: 'Read your focus session that is running or paused' })
  @ZodResponse({ status: 200, type: FocusSessionResponse })
  @ApiResponse({ status: 404, description: 'There is none.' })
  async active(@CurrentPrincipal() actor: Principal): Promise<FocusSessionResponse> {
    return this.shown(await this.sessions.active(actor));
  }

  @Get(':id')
  @NoCache(CHANGES_OFTEN)
  @ApiOperation({ summary: 'Read one of your focus sessions' })
  @ZodResponse({ status: 200, type: FocusSessionResponse })
  async get(@CurrentPrincipal() actor: Principal, @Param('id') id: string): Promise<FocusSessionResponse> {
    return this.shown(await this.sessions.get(actor, id));
  }

  @Post(':id/ticks')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Say how long the session has lasted; ticks may be lost, repeated, reordered and sent together',
  })
  @ZodResponse({ status: 200, type: FocusTicksResponse })
  @ApiResponse({
    status: 202,
    type: FocusTicksResponse.Output,
    description: 'Durable, and counted once MongoDB is back.',
  })
  async tick(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Body() body: FocusTicksDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<FocusTicksResponse> {
    const claims = body.ticks?.map(({ elapsed_seconds: seconds }) => seconds) ?? [body.elapsed_seconds ?? 0];
    const { seconds, isSpooled } = await this.ticks.add(actor, id, claims);
    if (isSpooled) void reply.status(202).header('x-data-source', 'postgres-spool');
    return { id, accepted_seconds: seconds };
  }

  private shown(session: FocusSession): FocusSessionResponse {
    return toFocusSessionResponse(session, this.clock.now());
  }
}
