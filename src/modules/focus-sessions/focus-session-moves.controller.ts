import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';

import { CurrentPrincipal } from '../../common/http/current-principal.js';
import type { Principal } from '../../common/http/principal.js';
import { Clock } from '../../common/time/clock.js';
import { IdempotencyOf, IdempotentBy } from '../idempotency/documents/idempotent-by.decorator.js';
import type { IdempotentRequest } from '../idempotency/documents/idempotent-request.js';
import { FOCUS_SESSIONS_COLLECTION } from './focus-session.js';
import { toFocusSessionResponse } from './focus-session.response.js';
import { CompleteFocusSessionDto, FocusSessionResponse } from './focus-sessions.dto.js';
import { type FocusMove, FocusSessionsService } from './focus-sessions.service.js';

@ApiTags('focus-sessions')
@Controller('focus-sessions/:id')
export class FocusSessionMovesController {
  constructor(
    private readonly sessions: FocusSessionsService,
    private readonly clock: Clock,
  ) {}

  @Post('pause')
  @HttpCode(200)
  @IdempotentBy(FOCUS_SESSIONS_COLLECTION)
  @ApiOperation({ summary: 'Pause a running focus session; its time stands still' })
  @ZodResponse({ status: 200, type: FocusSessionResponse })
  pause(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @IdempotencyOf() request: IdempotentRequest | null,
  ): Promise<FocusSessionResponse> {
    return this.move(actor, id, 'paused', request);
  }

  @Post('resume')
  @HttpCode(200)
  @IdempotentBy(FOCUS_SESSIONS_COLLECTION)
  @ApiOperation({ summary: 'Go on with a paused focus session' })
  @ZodResponse({ status: 200, type: FocusSessionResponse })
  resume(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @IdempotencyOf() request: IdempotentRequest | null,
  ): Promise<FocusSessionResponse> {
    return this.move(actor, id, 'resumed', request);
  }

  @Post('complete')
  @HttpCode(200)
  @IdempotentBy(FOCUS_SESSIONS_COLLECTION)
  @ApiOperation({ summary: 'Complete a focus session, and say how productive it was' })
  @ZodResponse({ status: 200, type: FocusSessionResponse })
  complete(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Body() body: CompleteFocusSessionDto,
    @IdempotencyOf() request: IdempotentRequest | null,
  ): Promise<FocusSessionResponse> {
    return this.move(actor, id, 'completed', request, body.productivity_rating);
  }

  @Post('abandon')
  @HttpCode(200)
  @IdempotentBy(FOCUS_SESSIONS_COLLECTION)
  @ApiOperation({ summary: 'Give a focus session up' })
  @ZodResponse({ status: 200, type: FocusSessionResponse })
  abandon(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @IdempotencyOf() request: IdempotentRequest | null,
  ): Promise<FocusSessionResponse> {
    return this.move(actor, id, 'abandoned', request);
  }

  private async move(
    actor: Principal,
    id: string,
    event: FocusMove,
    request: IdempotentRequest | null,
    rating: number | null = null,
  ): Promise<FocusSessionResponse> {
    const session = await this.sessions.move(actor, id, event, request, rating);
    return toFocusSessionResponse(session, this.clock.now());
  }
}
