import { Body, Controller, Get, Param, Post, Query, Req, Res, type StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ZodResponse } from 'nestjs-zod';

import { Cached, NoCache } from '../../cache/cached.decorator.js';
import { accepted } from '../../common/http/accept.js';
import { BodyBounds } from '../../common/http/body/body-bounds.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import { decodePosition, type Position, toPage } from '../../common/http/page.js';
import { RateCost } from '../../common/http/rate-cost.decorator.js';
import type { Principal } from '../../common/http/principal.js';
import { streamed, Streamed } from '../../common/http/streamed.js';
import { toCsv, toNdjson } from '../../common/http/text-rows.js';
import { type ActivityLog, PERSONAL_DATA_TAG } from './activity-log.js';
import { outcomesOf, parseBatch } from './activity-batch.js';
import { ActivityRecorder } from './activity-recorder.service.js';
import {
  ActivityBatchResponse,
  ActivityPage,
  ActivityResponse,
  EXPORT_COLUMNS,
  ExportActivityQuery,
  ListActivityQuery,
  RecordActivityBatchDto,
  RecordActivityDto,
} from './activity.dto.js';
import { toActivityResponse } from './activity.response.js';
import { ActivityService } from './activity.service.js';

/** A full batch of entries of a hundred members each. */
const BATCH_MEMBERS = 100_000;
/** `X-Data-Source` of entries that wait for MongoDB in PostgreSQL. */
const SPOOL = 'postgres-spool';
const SPOOLED_HEADER = {
  'X-Data-Source': { description: '`postgres-spool`', schema: { type: 'string' } },
} as const;

const NDJSON = 'application/x-ndjson';
const CSV = 'text/csv';

@ApiTags('activity')
@Controller('activity')
export class ActivityController {
  constructor(
    private readonly activity: ActivityService,
    private readonly recorder: ActivityRecorder,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Record what happened; an entry is never changed or deleted' })
  @ZodResponse({ status: 201, type: ActivityResponse })
  @ApiResponse({
    status: 202,
    type: ActivityResponse.Output,
    description: 'Durable, and in the log as soon as its store is back.',
    headers: {
      ...SPOOLED_HEADER,
      Location: { description: 'Where it will be.', schema: { type: 'string' } },
    },
  })
  async record(
    @CurrentPrincipal() actor: Principal,
    @Body() body: RecordActivityDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ActivityResponse> {
    const [recorded] = await this.recorder.record(actor, [body], { inTransaction: isIdempotent(request) });
    if (!recorded) throw new Error('The entry has no outcome');
    const { entry, outcome } = recorded;
    if (outcome.kind === 'refused') throw outcome.error;
    if (outcome.kind === 'spooled') void reply.status(202).header('x-data-source', SPOOL);
    void reply.header('location', `/api/v1/activity/${entry._id}`);
    return toActivityResponse(entry);
  }

  @Post('batch')
  @BodyBounds({ members: BATCH_MEMBERS })
  @ApiOperation({ summary: 'Record up to 1,000 entries, with an outcome for each' })
  @ZodResponse({ status: 200, type: ActivityBatchResponse })
  @ApiResponse({
    status: 207,
    type: ActivityBatchResponse.Output,
    description: 'Some entries were refused; the outcomes say which.',
  })
  async recordBatch(
    @CurrentPrincipal() actor: Principal,
    @Body() { entries }: RecordActivityBatchDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ActivityBatchResponse> {
    const batch = await parseBatch(entries);
    const inputs = batch.valid.map(({ input }) => input);
    const recorded = await this.recorder.record(actor, inputs, { inTransaction: isIdempotent(request) });
    const outcomes = outcomesOf(batch, recorded);
    if (outcomes.some(({ status }) => status === 202)) void reply.header('x-data-source', SPOOL);
    if (outcomes.some(({ status }) => status >= 400)) void reply.status(207);
    return { outcomes };
  }

  @Get()
  @Cached({ resource: 'activity', source: 'mongodb' })
  @ApiOperation({ summary: 'List what happened in your organisation, newest first' })
  @ZodResponse({ status: 200, type: ActivityPage })
  async list(@CurrentPrincipal() actor: Principal, @Query() query: ListActivityQuery): Promise<ActivityPage> {
    const { limit, cursor, from, to, ...equal } = query;
    const filter = { ...equal, ...(from && { from: new Date(from) }), ...(to && { to: new Date(to) }) };
    const entries = await this.activity.list(actor, filter, limit, decodePosition(cursor));
    return toPage(entries, limit, toActivityResponse, positionOf);
  }

  @Get('export')
  @RateCost(10)
  @NoCache('a stream of any length')
  @ApiOperation({ summary: 'Export what happened, newest first, as NDJSON or by `Accept` as CSV' })
  @Streamed('One entry a line. The last line says how many there were: without it the export was cut off.', {
    [NDJSON]:
      '{"id":"01981c7e-52a0-7b5e-9d42-0f3f6f1f8a11","event_type":"page_view"}\n{"end":true,"count":1}\n',
    [CSV]: 'id,event_type\r\n01981c7e-52a0-7b5e-9d42-0f3f6f1f8a11,page_view\r\n#end,1\r\n',
  })
  export(
    @CurrentPrincipal() actor: Principal,
    @Query() { from, to, ...equal }: ExportActivityQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const type = accepted(request.headers.accept, [NDJSON, CSV]) ?? NDJSON;
    const filter = { ...equal, ...(from && { from: new Date(from) }), ...(to && { to: new Date(to) }) };
    return streamed(reply, { type, filename: `activity.${type === CSV ? 'csv' : 'ndjson'}` }, (signal) => {
      const entries = exported(this.activity.all(actor, filter, signal));
      return type === CSV ? toCsv(EXPORT_COLUMNS, entries) : toNdjson(entries);
    });
  }

  @Get(':id')
  @Cached({ resource: 'activity', source: 'mongodb', tags: () => [PERSONAL_DATA_TAG] })
  @ApiOperation({ summary: 'Read an entry' })
  @ZodResponse({ status: 200, type: ActivityResponse })
  async get(@CurrentPrincipal() actor: Principal, @Param('id') id: string): Promise<ActivityResponse> {
    return toActivityResponse(await this.activity.get(actor, id));
  }
}

async function* exported(entries: AsyncIterable<ActivityLog>): AsyncGenerator<Record<string, unknown>> {
  for await (const entry of entries) yield { ...toActivityResponse(entry) };
}

/** Such a request runs in one transaction, which holds its record too (ADR 7). */
const isIdempotent = (request: FastifyRequest): boolean => request.headers['idempotency-key'] !== undefined;

const positionOf = (entry: ActivityLog): Position => ({ at: entry.occurred_at, id: entry._id });
