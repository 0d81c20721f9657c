import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';

import { NoCache } from '../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import { decodePosition, toPage } from '../../common/http/page.js';
import type { Principal } from '../../common/http/principal.js';
import { ListSessionsQuery, SessionPage, type SessionResponse } from './sessions.dto.js';
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

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'End one of your sessions' })
  async end(@CurrentPrincipal() actor: Principal, @Param('id') id: string): Promise<void> {
    await this.sessions.end(actor, id);
  }
}

const toSessionResponse = (session: Session, currentId: string | null): SessionResponse => ({
  id: session.id,
  organization_id: session.organizationId,
  user_agent: session.userAgent,
  address: session.address,
  is_current: session.id === currentId,
  created_at: session.createdAt.toISOString(),
  expires_at: session.expiresAt.toISOString(),
});
