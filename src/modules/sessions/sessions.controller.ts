import { Controller, Delete, Get, Headers, HttpCode, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';

import { NoCache } from '../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import { decodePosition, toPage } from '../../common/http/page.js';
import type { Principal } from '../../common/http/principal.js';
import { AcceptsIfMatch } from '../../common/http/route-docs.js';
import { toSessionResponse } from './session.response.js';
import { ListSessionsQuery, SessionPage, SessionResponse } from './sessions.dto.js';
import type { Session } from './sessions.pg.repository.js';
import { SessionsService } from './sessions.service.js';

@ApiTags('auth')
@Controller('auth/sessions')
export class SessionsController {
  constructor(private readonly sessions: SessionsService) {}

  @Get()
  @NoCache({
    because: 'read rarely, and a stale list of sessions is a security question',
    source: 'postgres',
  })
  @ApiOperation({ summary: 'List your live sessions, newest first' })
  @ZodResponse({ status: 200, type: SessionPage })
  async list(@CurrentPrincipal() actor: Principal, @Query() query: ListSessionsQuery): Promise<SessionPage> {
    const after = decodePosition(query.cursor);
    const sessions = await this.sessions.list(actor, query.limit, after);
    const toResponse = (session: Session) => toSessionResponse(session, actor.sessionId);
    return toPage(sessions, query.limit, toResponse, ({ createdAt, id }) => ({ at: createdAt, id }));
  }

  @Get(':id')
  @NoCache({ because: 'as the list', source: 'postgres' })
  @ApiOperation({ summary: 'Read one of your live sessions' })
  @ZodResponse({ status: 200, type: SessionResponse })
  async get(@CurrentPrincipal() actor: Principal, @Param('id') id: string): Promise<SessionResponse> {
    return toSessionResponse(await this.sessions.get(actor, id), actor.sessionId);
  }

  @Delete()
  @HttpCode(204)
  @ApiOperation({ summary: 'End all your sessions but this one' })
  async endOthers(@CurrentPrincipal() actor: Principal): Promise<void> {
    await this.sessions.endOthers(actor);
  }

  @Delete(':id')
  @HttpCode(204)
  @AcceptsIfMatch()
  @ApiOperation({ summary: 'End one of your sessions' })
  async end(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Headers('if-match') ifMatch?: string,
  ): Promise<void> {
    await this.sessions.end(actor, id, ifMatch);
  }
}
