import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';

import { NoCache } from '../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import { decodePosition, type Position, toPage } from '../../common/http/page.js';
import type { Principal } from '../../common/http/principal.js';
import type { DeadLetter } from '../../flows/dead-letters/dead-letter.js';
import {
  DeadLetterDetailResponse,
  DeadLetterPage,
  ListDeadLettersQuery,
  OutboxResponse,
  RetriedResponse,
} from './dead-letters.dto.js';
import { toDeadLetterDetail, toDeadLetterResponse, toOutboxResponse } from './dead-letters.response.js';
import { DeadLettersService } from './dead-letters.service.js';

@ApiTags('admin')
@Controller('admin')
export class DeadLettersController {
  constructor(private readonly letters: DeadLettersService) {}

  @Get('outbox')
  @NoCache('changes with every event')
  @ApiOperation({ summary: 'Count what waits in the outbox; platform admins only' })
  @ZodResponse({ status: 200, type: OutboxResponse })
  async outbox(@CurrentPrincipal() actor: Principal): Promise<OutboxResponse> {
    return toOutboxResponse(await this.letters.backlog(actor));
  }

  @Get('dead-letters')
  @NoCache({ because: 'changes without a write of any resource', source: 'postgres' })
  @ApiOperation({
    summary:
      'List the events, documents and jobs that were given up, the last one first; platform admins only',
  })
  @ZodResponse({ status: 200, type: DeadLetterPage })
  async list(
    @CurrentPrincipal() actor: Principal,
    @Query() { limit, cursor, source }: ListDeadLettersQuery,
  ): Promise<DeadLetterPage> {
    const before = decodePosition(cursor);
    return toPage(
      await this.letters.list(actor, limit, { before, source }),
      limit,
      toDeadLetterResponse,
      positionOf,
    );
  }

  @Get('dead-letters/:id')
  @NoCache({ because: 'changes without a write of any resource', source: 'postgres' })
  @ApiOperation({
    summary: 'Read an event, document or job that was given up, and why it was; platform admins only',
  })
  @ZodResponse({ status: 200, type: DeadLetterDetailResponse })
  async get(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
  ): Promise<DeadLetterDetailResponse> {
    return toDeadLetterDetail(await this.letters.get(actor, id));
  }

  @Post('dead-letters/:id/retry')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Try an event, document or job again that was given up; platform admins only',
  })
  @ZodResponse({ status: 200, type: RetriedResponse })
  async retry(@CurrentPrincipal() actor: Principal, @Param('id') id: string): Promise<RetriedResponse> {
    await this.letters.retry(actor, id);
    return { id, state: 'queued' };
  }
}

const positionOf = ({ deadAt, id }: DeadLetter): Position => ({ at: deadAt, id });
