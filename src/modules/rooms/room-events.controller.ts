import { Controller, Get, Param, Post, Query, Req, Res, type StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ZodResponse } from 'nestjs-zod';

import { NoCache } from '../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import type { Principal } from '../../common/http/principal.js';
import { Unprefixed } from '../../common/http/route-prefix.js';
import { EventStream } from '../../common/http/sse.js';
import { assertCan } from '../../common/http/scopes.js';
import { EventStreams } from '../../flows/live/event-streams.js';
import { StreamTokens, TakesStreamToken } from '../auth/stream-tokens.service.js';
import { IgnoresIdempotencyKey } from '../idempotency/ignores-idempotency-key.decorator.js';
import { FollowQuery, StreamTokenResponse } from './messages.dto.js';
import { RoomStreams } from './room-streams.js';
import { canReadRooms } from './rooms.policy.js';

const DOCS = {
  description:
    '`message.created`, `message.updated`, `message.deleted` with the message as it is now, `room.read`; `reset` where the last event id is no longer known.',
  example:
    'id: 42-mabc123\nevent: message.created\ndata: {"id":"01981c80-0000-7000-8000-000000000002","room_id":"01981c80-0000-7000-8000-000000000001","content":"We go live at noon."}\n\n',
};

@ApiTags('rooms')
@Unprefixed()
@Controller(['api/v1/rooms', 'api/rooms'])
export class RoomEventsController {
  constructor(
    private readonly rooms: RoomStreams,
    private readonly streams: EventStreams,
    private readonly tokens: StreamTokens,
  ) {}

  @Post('events/token')
  @IgnoresIdempotencyKey()
  @ApiOperation({ summary: 'A token for `?token=`, with which an EventSource opens a stream within 60 s' })
  @ZodResponse({ status: 201, type: StreamTokenResponse })
  async token(@CurrentPrincipal() actor: Principal): Promise<StreamTokenResponse> {
    assertCan(canReadRooms(actor));
    const { token, expiresAt } = await this.tokens.issue(actor);
    return { token, expires_at: expiresAt.toISOString() };
  }

  @Get('events')
  @NoCache('a stream of events')
  @TakesStreamToken()
  @EventStream(DOCS)
  @ApiOperation({ summary: 'Follow all rooms that you are in' })
  async followAll(
    @CurrentPrincipal() actor: Principal,
    @Query() query: FollowQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const source = await this.rooms.ofAllRooms(actor);
    return this.streams.open(goingOn(request, query), reply, source);
  }

  @Get(':id/events')
  @NoCache('a stream of events')
  @TakesStreamToken()
  @EventStream(DOCS)
  @ApiOperation({ summary: 'Follow a room' })
  async follow(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Query() query: FollowQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const source = await this.rooms.ofRoom(actor, id);
    return this.streams.open(goingOn(request, query), reply, source);
  }
}

/** A reconnecting EventSource sends the header, which is newer than the value in its address. */
function goingOn(request: FastifyRequest, { last_event_id: lastId }: FollowQuery): FastifyRequest {
  if (lastId !== undefined) request.headers['last-event-id'] ??= lastId;
  return request;
}
