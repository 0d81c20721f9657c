import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ZodResponse } from 'nestjs-zod';

import { NoCache } from '../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import { decodeCursor, toPage } from '../../common/http/page.js';
import type { Principal } from '../../common/http/principal.js';
import { Unprefixed } from '../../common/http/route-prefix.js';
import { toRoomResponse } from './room.response.js';
import { CreateRoomDto, ListRoomsQuery, RoomPage, RoomResponse } from './rooms.dto.js';
import { RoomsService } from './rooms.service.js';

const UNCACHED = { because: 'every message changes what is unread', source: 'postgres' } as const;

@ApiTags('rooms')
@Unprefixed()
@Controller(['api/v1/rooms', 'api/rooms'])
export class RoomsController {
  constructor(private readonly rooms: RoomsService) {}

  @Post()
  @ApiOperation({ summary: 'Open a direct room with one person, or a group' })
  @ZodResponse({ status: 201, type: RoomResponse })
  @ApiResponse({
    status: 200,
    type: RoomResponse.Output,
    description: 'The direct room that the two people have.',
  })
  async create(
    @CurrentPrincipal() actor: Principal,
    @Body() body: CreateRoomDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RoomResponse> {
    const { type, name = null, member_ids: memberIds } = body;
    const { isNew, ...own } = await this.rooms.create(actor, { type, name, memberIds });
    if (!isNew) void reply.status(200);
    void reply.header('location', `/api/v1/rooms/${own.room.id}`);
    return toRoomResponse(own);
  }

  @Get()
  @NoCache(UNCACHED)
  @ApiOperation({ summary: 'List your rooms, newest first, with what is unread' })
  @ZodResponse({ status: 200, type: RoomPage })
  async list(@CurrentPrincipal() actor: Principal, @Query() query: ListRoomsQuery): Promise<RoomPage> {
    const [beforeId] = query.cursor === undefined ? [null] : decodeCursor(query.cursor, ['id']);
    const rooms = await this.rooms.list(actor, query.limit, beforeId);
    return toPage(rooms, query.limit, toRoomResponse, ({ room }) => [room.id]);
  }

  @Get(':id')
  @NoCache(UNCACHED)
  @ApiOperation({ summary: 'Read a room' })
  @ZodResponse({ status: 200, type: RoomResponse })
  async get(@CurrentPrincipal() actor: Principal, @Param('id') id: string): Promise<RoomResponse> {
    return toRoomResponse(await this.rooms.get(actor, id));
  }
}
