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
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ZodResponse } from 'nestjs-zod';

import { NoCache } from '../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import { decodePosition, toPage } from '../../common/http/page.js';
import type { Principal } from '../../common/http/principal.js';
import { AcceptsIfMatch } from '../../common/http/route-docs.js';
import {
  IdempotencyOf,
  IdempotentBy,
  KeepsNoAnswer,
} from '../idempotency/documents/idempotent-by.decorator.js';
import type { IdempotentRequest } from '../idempotency/documents/idempotent-request.js';
import { MoodChanges } from './mood-changes.service.js';
import { MoodTrends } from './mood-trends.service.js';
import { MOODS_COLLECTION } from './mood.js';
import { toMoodResponse } from './mood.response.js';
import {
  CreateMoodDto,
  ListMoodsQuery,
  MoodPage,
  MoodResponse,
  TrendsQuery,
  TrendsResponse,
  UpdateMoodDto,
} from './moods.dto.js';
import { MoodsService } from './moods.service.js';
import { toTrendsResponse } from './trends.response.js';

const ENCRYPTED = { because: 'notes are encrypted at rest, Redis included', source: 'mongodb' } as const;

@ApiTags('moods')
@Controller('moods')
export class MoodsController {
  constructor(
    private readonly moods: MoodsService,
    private readonly changes: MoodChanges,
    private readonly trends: MoodTrends,
  ) {}

  @Post()
  @IdempotentBy(MOODS_COLLECTION)
  @KeepsNoAnswer()
  @ApiOperation({ summary: 'Record a mood' })
  @ZodResponse({ status: 201, type: MoodResponse })
  async create(
    @CurrentPrincipal() actor: Principal,
    @Body() body: CreateMoodDto,
    @IdempotencyOf() request: IdempotentRequest | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MoodResponse> {
    const mood = await this.changes.create(actor, body, request);
    void reply.header('location', `/api/v1/moods/${mood._id}`);
    return toMoodResponse(mood);
  }

  @Get()
  @NoCache(ENCRYPTED)
  @ApiOperation({ summary: 'List your moods, newest first by `recorded_at`' })
  @ZodResponse({ status: 200, type: MoodPage })
  async list(@CurrentPrincipal() actor: Principal, @Query() query: ListMoodsQuery): Promise<MoodPage> {
    const { limit, cursor, ...range } = query;
    const found = await this.moods.list(actor, range, limit, decodePosition(cursor));
    return toPage(found, limit, toMoodResponse, ({ _id, recorded_at }) => ({ at: recorded_at, id: _id }));
  }

  @Get('trends')
  @NoCache({ because: 'ends with the present day, in the time zone of the profile', source: 'mongodb' })
  @ApiOperation({ summary: 'Averages of your moods by day or week, and what goes with high and low ones' })
  @ZodResponse({ status: 200, type: TrendsResponse })
  async averages(@CurrentPrincipal() actor: Principal, @Query() query: TrendsQuery): Promise<TrendsResponse> {
    return toTrendsResponse(await this.trends.of(actor, query));
  }

  @Get(':id')
  @NoCache(ENCRYPTED)
  @ApiOperation({ summary: 'Read a mood of yours' })
  @ZodResponse({ status: 200, type: MoodResponse })
  async get(@CurrentPrincipal() actor: Principal, @Param('id') id: string): Promise<MoodResponse> {
    return toMoodResponse(await this.moods.get(actor, id));
  }

  @Patch(':id')
  @AcceptsIfMatch()
  @ApiOperation({ summary: 'Change a mood' })
  @ZodResponse({ status: 200, type: MoodResponse })
  async update(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Body() body: UpdateMoodDto,
    @Headers('if-match') ifMatch?: string,
  ): Promise<MoodResponse> {
    return toMoodResponse(await this.changes.update(actor, id, body, ifMatch));
  }

  @Delete(':id')
  @HttpCode(204)
  @AcceptsIfMatch()
  @ApiOperation({ summary: 'Delete a mood' })
  async delete(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Headers('if-match') ifMatch?: string,
  ): Promise<void> {
    await this.changes.delete(actor, id, ifMatch);
  }
}
