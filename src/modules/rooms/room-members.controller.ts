import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ZodResponse } from 'nestjs-zod';

import { NoCache } from '../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import { decodeCursor, toPage } from '../../common/http/page.js';
import type { Principal } from '../../common/http/principal.js';
import { Unprefixed } from '../../common/http/route-prefix.js';
import { toRoomMemberResponse } from './room.response.js';
import { RoomMembersService } from './room-members.service.js';
import type { RoomMember } from './room.js';
import { AddRoomMemberDto, ListRoomsQuery, RoomMemberPage, RoomMemberResponse } from './rooms.dto.js';

@ApiTags('rooms')
@Unprefixed()
@Controller(['api/v1/rooms/:id/members', 'api/rooms/:id/members'])
export class RoomMembersController {
  constructor(private readonly members: RoomMembersService) {}

  @Get()
  @NoCache({ because: 'read from the room, which is cached', source: 'postgres' })
  @ApiOperation({ summary: 'List the members of a room, in the order of joining' })
  @ZodResponse({ status: 200, type: RoomMemberPage })
  async list(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Query() { limit, cursor }: ListRoomsQuery,
  ): Promise<RoomMemberPage> {
    const members = await this.members.list(actor, id);
    const after = cursor === undefined ? null : decodeCursor(cursor, ['moment', 'id']);
    const rest = after ? members.filter((member) => isAfter(member, after)) : members;
    return toPage(rest.slice(0, limit + 1), limit, toRoomMemberResponse, positionOf);
  }

  @Post()
  @ApiOperation({ summary: 'Add a member to a group; an owner may' })
  @ZodResponse({ status: 201, type: RoomMemberResponse })
  async add(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Body() body: AddRoomMemberDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RoomMemberResponse> {
    const member = await this.members.add(actor, id, body.user_id, body.role);
    void reply.header('location', `/api/v1/rooms/${id}/members`);
    return toRoomMemberResponse(member);
  }

  @Delete(':user_id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Leave a group, by your own id, or remove a member as an owner' })
  async remove(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Param('user_id') userId: string,
  ): Promise<void> {
    await this.members.remove(actor, id, userId);
  }
}

const positionOf = ({ joinedAt, id }: RoomMember): readonly [string, string] => [joinedAt, id];

/** Both have the same format, so their texts compare like the moments. */
const isAfter = (member: RoomMember, [joinedAt, id]: readonly [string, string]): boolean =>
  member.joinedAt > joinedAt || (member.joinedAt === joinedAt && member.id > id);
