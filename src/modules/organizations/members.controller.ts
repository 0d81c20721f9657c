import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';

import { NoCache } from '../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import { decodePosition, toPage } from '../../common/http/page.js';
import type { Principal } from '../../common/http/principal.js';
import { MembersService } from './members.service.js';
import { toMemberResponse } from './organization.response.js';
import {
  AddMemberDto,
  ListOrganizationsQuery,
  MemberPage,
  MemberResponse,
  UpdateMemberDto,
} from './organizations.dto.js';

@ApiTags('organizations')
@Controller('organizations/:id/members')
export class MembersController {
  constructor(private readonly members: MembersService) {}

  @Get()
  @NoCache({
    because: 'acts in the organisation of the path, which is not always the principal’s',
    source: 'postgres',
  })
  @ApiOperation({ summary: 'List the members of an organisation, newest first' })
  @ZodResponse({ status: 200, type: MemberPage })
  async list(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Query() query: ListOrganizationsQuery,
  ): Promise<MemberPage> {
    const after = decodePosition(query.cursor);
    const members = await this.members.list(actor, id, query.limit, after);
    return toPage(members, query.limit, toMemberResponse, ({ joinedAt, userId }) => ({
      at: joinedAt,
      id: userId,
    }));
  }

  @Post()
  @ApiOperation({ summary: 'Add an existing account as a member' })
  @ZodResponse({ status: 201, type: MemberResponse })
  async add(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Body() body: AddMemberDto,
  ): Promise<MemberResponse> {
    return toMemberResponse(await this.members.add(actor, id, body.email, body.role));
  }

  @Patch(':user_id')
  @ApiOperation({ summary: 'Change the role of a member' })
  @ZodResponse({ status: 200, type: MemberResponse })
  async update(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Param('user_id') userId: string,
    @Body() body: UpdateMemberDto,
  ): Promise<MemberResponse> {
    return toMemberResponse(await this.members.setRole(actor, id, userId, body.role));
  }

  @Delete(':user_id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove a member, or leave' })
  async remove(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Param('user_id') userId: string,
  ): Promise<void> {
    await this.members.remove(actor, id, userId);
  }
}
