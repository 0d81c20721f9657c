import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Patch, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';

import { NoCache } from '../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import { decodePosition, toPage } from '../../common/http/page.js';
import type { Principal } from '../../common/http/principal.js';
import { AcceptsIfMatch } from '../../common/http/route-docs.js';
import { MembersService } from './members.service.js';
import { toMemberResponse } from './organization.response.js';
import { ListOrganizationsQuery, MemberPage, MemberResponse, UpdateMemberDto } from './organizations.dto.js';

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

  @Get(':user_id')
  @NoCache({
    because: 'acts in the organisation of the path, which is not always the principal’s',
    source: 'postgres',
  })
  @ApiOperation({ summary: 'Read a member' })
  @ZodResponse({ status: 200, type: MemberResponse })
  async get(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Param('user_id') userId: string,
  ): Promise<MemberResponse> {
    return toMemberResponse(await this.members.get(actor, id, userId));
  }

  @Patch(':user_id')
  @AcceptsIfMatch()
  @ApiOperation({ summary: 'Change the role of a member' })
  @ZodResponse({ status: 200, type: MemberResponse })
  async update(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Param('user_id') userId: string,
    @Body() body: UpdateMemberDto,
    @Headers('if-match') ifMatch?: string,
  ): Promise<MemberResponse> {
    return toMemberResponse(await this.members.setRole(actor, id, userId, body.role, ifMatch));
  }

  @Delete(':user_id')
  @HttpCode(204)
  @AcceptsIfMatch()
  @ApiOperation({ summary: 'Remove a member, or leave' })
  async remove(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Param('user_id') userId: string,
    @Headers('if-match') ifMatch?: string,
  ): Promise<void> {
    await this.members.remove(actor, id, userId, ifMatch);
  }
}
