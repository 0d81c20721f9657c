import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ZodResponse } from 'nestjs-zod';

import { NoCache } from '../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import { decodeIdCursor, toPage } from '../../common/http/page.js';
import type { Principal } from '../../common/http/principal.js';
import { OneTimeSecret } from '../idempotency/one-time-secret.decorator.js';
import { MembersService } from '../organizations/members.service.js';
import { toMemberResponse } from '../organizations/organization.response.js';
import { AddMemberDto, MemberResponse } from '../organizations/organizations.dto.js';
import { toListedInvitation, toNewInvitationResponse } from './invitation.response.js';
import {
  AcceptedInvitationResponse,
  AcceptInvitationDto,
  InvitationPage,
  ListInvitationsQuery,
  NewInvitationResponse,
} from './invitations.dto.js';
import { InvitationsService } from './invitations.service.js';

@ApiTags('organizations')
@Controller()
export class InvitationsController {
  constructor(
    private readonly invitations: InvitationsService,
    private readonly members: MembersService,
  ) {}

  @Post('organizations/:id/members')
  @OneTimeSecret('token')
  @ApiOperation({
    summary: 'Add an account that the organisation manages, or invite the person of another address',
    description:
      '201 with the member, where the organisation manages the account. Else 202 with an invitation, whether the address is known or not: give its token to the person, who accepts it within 7 days. It takes the place of an older one for the address.',
  })
  @ApiResponse({ status: 201, type: MemberResponse.Output, description: 'The account is a member.' })
  @ApiResponse({ status: 202, type: NewInvitationResponse.Output, description: 'The person is invited.' })
  async add(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Body() { email, role }: AddMemberDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MemberResponse | NewInvitationResponse> {
    const member = await this.members.addManaged(actor, id, email, role);
    if (member) return toMemberResponse(member);
    const { invitation, token } = await this.invitations.invite(actor, id, email, role);
    void reply.status(202);
    return toNewInvitationResponse(invitation, token);
  }

  @Get('organizations/:id/invitations')
  @NoCache({
    because: 'acts in the organisation of the path, which is not always the principal’s',
    source: 'postgres',
  })
  @ApiOperation({ summary: 'List the open invitations of an organisation, newest first' })
  @ZodResponse({ status: 200, type: InvitationPage })
  async list(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Query() query: ListInvitationsQuery,
  ): Promise<InvitationPage> {
    const found = await this.invitations.list(actor, id, query.limit, decodeIdCursor(query.cursor));
    return toPage(found, query.limit, toListedInvitation, (invitation) => [invitation.id]);
  }

  @Delete('organizations/:id/invitations/:invitation_id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Take an invitation back' })
  async delete(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Param('invitation_id') invitationId: string,
  ): Promise<void> {
    await this.invitations.delete(actor, id, invitationId);
  }

  @Post('invitations/accept')
  @ApiOperation({
    summary: 'Accept an invitation, signed in with the address that it names',
    description: 'A changed address counts once it is confirmed: `auth/confirm-email`.',
  })
  @ZodResponse({ status: 200, type: AcceptedInvitationResponse })
  async accept(
    @CurrentPrincipal() actor: Principal,
    @Body() body: AcceptInvitationDto,
  ): Promise<AcceptedInvitationResponse> {
    const { orgId, member } = await this.invitations.accept(actor, body.token);
    return { organization_id: orgId, ...toMemberResponse(member) };
  }
}
