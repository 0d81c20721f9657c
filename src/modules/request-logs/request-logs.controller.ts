import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';

import { NoCache } from '../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import { decodePosition, toPage } from '../../common/http/page.js';
import type { Principal } from '../../common/http/principal.js';
import { Clock } from '../../common/time/clock.js';
import {
  ListRequestLogsQuery,
  RequestLogPage,
  RequestLogsSummary,
  RequestLogsSummaryQuery,
} from './request-logs.dto.js';
import { toRequestLogResponse, toSummaryResponse } from './request-logs.response.js';
import { RequestLogsService } from './request-logs.service.js';

const DAY_MS = 86_400_000;
const UNCACHED = { because: 'every request adds to it', source: 'mongodb' } as const;

@ApiTags('request-logs')
@Controller('request-logs')
export class RequestLogsController {
  constructor(
    private readonly logs: RequestLogsService,
    private readonly clock: Clock,
  ) {}

  @Get()
  @NoCache(UNCACHED)
  @ApiOperation({ summary: 'List what your organisation asked of the service, newest first' })
  @ZodResponse({ status: 200, type: RequestLogPage })
  async list(
    @CurrentPrincipal() actor: Principal,
    @Query() query: ListRequestLogsQuery,
  ): Promise<RequestLogPage> {
    const { limit, cursor, from, to, ...equal } = query;
    const filter = { ...equal, ...(from && { from: new Date(from) }), ...(to && { to: new Date(to) }) };
    const logs = await this.logs.list(actor, filter, limit, decodePosition(cursor));
    return toPage(logs, limit, toRequestLogResponse, (log) => ({ at: log.timestamp, id: log._id }));
  }

  @Get('summary')
  @NoCache(UNCACHED)
  @ApiOperation({ summary: 'Count requests and failures, and measure their times, by endpoint' })
  @ZodResponse({ status: 200, type: RequestLogsSummary })
  async summary(
    @CurrentPrincipal() actor: Principal,
    @Query() { from, to }: RequestLogsSummaryQuery,
  ): Promise<RequestLogsSummary> {
    const end = to === undefined ? this.clock.now() : new Date(to);
    const start = from === undefined ? new Date(end.getTime() - DAY_MS) : new Date(from);
    return { data: (await this.logs.summary(actor, start, end)).map(toSummaryResponse) };
  }
}
