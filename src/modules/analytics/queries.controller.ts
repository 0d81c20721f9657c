import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';

import { Cached, NoCache } from '../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import type { Principal } from '../../common/http/principal.js';
import { Clock } from '../../common/time/clock.js';
import type { Interval } from './calendar-buckets.js';
import { LiveAnalytics } from './live-analytics.service.js';
import {
  FunnelQuery,
  FunnelResponse,
  LastHourResponse,
  SeriesQuery,
  SeriesResponse,
  TopQuery,
  TopResponse,
} from './queries.dto.js';
import { AnalyticsQueries, type Range } from './queries.service.js';
import { DAY_MS } from './roll-up.js';

/** The length of a range without a beginning. */
const DEFAULT_DAYS: Readonly<Record<Interval, number>> = { hour: 1, day: 30, week: 84, month: 365 };
/** A range without an end ends now, so an answer that is kept longer would be outdated. */
const TTL_MS = 30_000;

@ApiTags('analytics')
@Controller('analytics')
export class AnalyticsQueriesController {
  constructor(
    private readonly queries: AnalyticsQueries,
    private readonly live: LiveAnalytics,
    private readonly clock: Clock,
  ) {}

  @Get('series')
  @Cached({ resource: 'analytics', source: 'mongodb', ttlMs: TTL_MS })
  @ApiOperation({ summary: 'Count events, or persons, by hour, day, week or month of a time zone' })
  @ZodResponse({ status: 200, type: SeriesResponse })
  async series(
    @CurrentPrincipal() actor: Principal,
    @Query() { interval, tz, measure, event_name, group_by, from, to }: SeriesQuery,
  ): Promise<SeriesResponse> {
    const series = await this.queries.series(actor, {
      ...this.rangeOf(from, to, DEFAULT_DAYS[interval]),
      eventName: event_name ?? null,
      interval,
      zone: tz,
      measure,
      groupBy: group_by ?? null,
    });
    return {
      interval,
      tz,
      measure,
      series: series.map(({ group, points }) => ({
        group,
        points: points.map(({ start, value }) => ({ start: start.toISOString(), value })),
      })),
    };
  }

  @Get('top')
  @Cached({ resource: 'analytics', source: 'mongodb', ttlMs: TTL_MS })
  @ApiOperation({ summary: 'List the most frequent events of a range, of 30 days unless it says otherwise' })
  @ZodResponse({ status: 200, type: TopResponse })
  async top(
    @CurrentPrincipal() actor: Principal,
    @Query() { from, to, limit }: TopQuery,
  ): Promise<TopResponse> {
    const top = await this.queries.top(actor, this.rangeOf(from, to, DEFAULT_DAYS.day), limit);
    return { data: top.map(({ eventName, count, users }) => ({ event_name: eventName, count, users })) };
  }

  @Get('funnel')
  @Cached({ resource: 'analytics', source: 'mongodb', ttlMs: TTL_MS })
  @ApiOperation({ summary: 'Count the persons who did several things one after the other' })
  @ZodResponse({ status: 200, type: FunnelResponse })
  async funnel(
    @CurrentPrincipal() actor: Principal,
    @Query() { from, to, steps, window }: FunnelQuery,
  ): Promise<FunnelResponse> {
    const funnel = await this.queries.funnel(actor, this.rangeOf(from, to, DEFAULT_DAYS.day), steps, window);
    return {
      steps: funnel.map(({ eventName, count, conversion, medianSeconds }) => ({
        event_name: eventName,
        count,
        conversion,
        median_seconds: medianSeconds,
      })),
    };
  }

  @Get('live')
  @NoCache('changes with every event')
  @ApiOperation({ summary: 'Show the last 60 minutes' })
  @ZodResponse({ status: 200, type: LastHourResponse })
  async lastHour(@CurrentPrincipal() actor: Principal): Promise<LastHourResponse> {
    const { minutes, users, trending, source } = await this.live.lastHour(actor);
    return {
      minutes: minutes.map(({ start, count }) => ({ start: start.toISOString(), count })),
      users,
      trending: trending.map(({ eventName, count }) => ({ event_name: eventName, count })),
      source,
    };
  }

  private rangeOf(from: string | undefined, to: string | undefined, days: number): Range {
    const end = to === undefined ? this.clock.now() : new Date(to);
    return { from: from === undefined ? new Date(end.getTime() - days * DAY_MS) : new Date(from), to: end };
  }
}
