import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Patch,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ZodResponse } from 'nestjs-zod';

import { NoCache } from '../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import { decodePosition, encodeCursor } from '../../common/http/page.js';
import type { Principal } from '../../common/http/principal.js';
import { AcceptsIfMatch } from '../../common/http/route-docs.js';
import { KeepsIdAlone, ReplayedId } from '../idempotency/keeps-id-alone.decorator.js';
import { EntryChanges } from './entry-changes.service.js';
import { EntryCreation } from './entry-creation.service.js';
import { EntryRemoval } from './entry-removal.service.js';
import { toEntryResponse } from './journal-entry.response.js';
import {
  CreateEntryDto,
  EntryPageResponse,
  EntryResponse,
  ListEntriesQuery,
  StreaksResponse,
  UpdateEntryDto,
} from './journal.dto.js';
import { JournalService } from './journal.service.js';

/** No content that people write may be stored in Redis. */
const PRIVATE = { because: 'what people write is in no cache', source: 'mongodb' } as const;

@ApiTags('journal')
@Controller('journal')
export class JournalController {
  constructor(
    private readonly journal: JournalService,
    private readonly creation: EntryCreation,
    private readonly changes: EntryChanges,
    private readonly removal: EntryRemoval,
  ) {}

  @Get('entries')
  @NoCache(PRIVATE)
  @ApiOperation({ summary: 'List or search your entries, newest date first' })
  @ZodResponse({ status: 200, type: EntryPageResponse })
  async list(
    @CurrentPrincipal() actor: Principal,
    @Query() query: ListEntriesQuery,
  ): Promise<EntryPageResponse> {
    const { entries, next } = await this.journal.list(actor, query, decodePosition(query.cursor));
    const cursor = next && encodeCursor([next.at.toISOString(), next.id]);
    return { data: entries.map(toEntryResponse), page: { limit: query.limit, next_cursor: cursor } };
  }

  @Post('entries')
  @KeepsIdAlone()
  @ApiOperation({ summary: 'Write an entry' })
  @ZodResponse({ status: 201, type: EntryResponse })
  @ApiResponse({
    status: 202,
    type: EntryResponse.Output,
    description: 'Durable, and in your journal as soon as its store is back.',
    headers: { Location: { description: 'Where it will be.', schema: { type: 'string' } } },
  })
  async create(
    @CurrentPrincipal() actor: Principal,
    @Body() body: CreateEntryDto,
    @ReplayedId() replayed: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EntryResponse> {
    if (replayed !== null) return toEntryResponse(await this.creation.repeated(actor, body, replayed));
    const entry = await this.creation.create(actor, body);
    if (!this.journal.isReachable) void reply.status(202);
    void reply.header('location', `/api/v1/journal/entries/${entry.id}`);
    return toEntryResponse(entry);
  }

  @Get('entries/:id')
  @NoCache(PRIVATE)
  @ApiOperation({ summary: 'Read an entry' })
  @ZodResponse({ status: 200, type: EntryResponse })
  async get(@CurrentPrincipal() actor: Principal, @Param('id') id: string): Promise<EntryResponse> {
    return toEntryResponse(await this.journal.get(actor, id));
  }

  @Patch('entries/:id')
  @AcceptsIfMatch()
  @ApiOperation({ summary: 'Change an entry' })
  @ZodResponse({ status: 200, type: EntryResponse })
  async update(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Body() body: UpdateEntryDto,
    @Headers('if-match') ifMatch?: string,
  ): Promise<EntryResponse> {
    return toEntryResponse(await this.changes.update(actor, id, body, ifMatch));
  }

  @Delete('entries/:id')
  @HttpCode(204)
  @AcceptsIfMatch()
  @ApiOperation({ summary: 'Delete an entry; its place in your plan is free again' })
  async delete(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Headers('if-match') ifMatch?: string,
  ): Promise<void> {
    await this.removal.remove(actor, id, ifMatch);
  }

  @Get('streaks')
  @NoCache({ because: 'it changes at midnight', source: 'mongodb' })
  @ApiOperation({ summary: 'Days in a row with an entry, by the dates of entries' })
  @ZodResponse({ status: 200, type: StreaksResponse })
  streaks(@CurrentPrincipal() actor: Principal): Promise<StreaksResponse> {
    return this.journal.streaks(actor);
  }
}
