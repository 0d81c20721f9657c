import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';

import { NoCache } from '../../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../../common/http/current-principal.js';
import { decodeCursor, toPage } from '../../../common/http/page.js';
import type { Principal } from '../../../common/http/principal.js';
import { type StaleFlag, StaleService } from '../stale/stale.service.js';
import {
  ListStaleQuery,
  MetricsQuery,
  MetricsResponse,
  type StaleFlagResponse,
  StalePage,
} from './metrics.dto.js';
import { MetricsService } from './metrics.service.js';

const COUNTED = { because: 'evaluations are counted all the time', source: 'mongodb' } as const;

@ApiTags('features')
@Controller('features')
export class MetricsController {
  constructor(
    private readonly metrics: MetricsService,
    private readonly stale: StaleService,
  ) {}

  @Get('stale')
  @NoCache(COUNTED)
  @ApiOperation({ summary: 'List flags that can probably go: unused, fully rolled out, past their lifetime' })
  @ZodResponse({ status: 200, type: StalePage })
  async listStale(
    @CurrentPrincipal() actor: Principal,
    @Query() { limit, cursor }: ListStaleQuery,
  ): Promise<StalePage> {
    const [afterKey] = cursor === undefined ? [null] : decodeCursor(cursor, ['text']);
    const flags = await this.stale.list(actor, limit, afterKey);
    return toPage(flags, limit, toStaleResponse, ({ flag }) => [flag.key]);
  }

  @Get(':key/metrics')
  @NoCache(COUNTED)
  @ApiOperation({ summary: 'How often a feature flag was on and off, by hour' })
  @ZodResponse({ status: 200, type: MetricsResponse })
  async of(
    @CurrentPrincipal() actor: Principal,
    @Param('key') key: string,
    @Query() { environment, from, to }: MetricsQuery,
  ): Promise<MetricsResponse> {
    const hours = await this.metrics.of(actor, key, {
      environment,
      ...(from && { from: new Date(from) }),
      ...(to && { to: new Date(to) }),
    });
    return {
      data: hours.map(({ hour, variants, ...counts }) => ({
        ...counts,
        hour: hour.toISOString(),
        variants: Object.fromEntries(variants),
      })),
    };
  }
}

const toStaleResponse = ({ flag, reasons, lastSeen }: StaleFlag): StaleFlagResponse => ({
  key: flag.key,
  name: flag.config.name,
  owner: flag.config.owner,
  reasons: [...reasons],
  last_seen_at: lastSeen?.toISOString() ?? null,
  created_at: flag.createdAt.toISOString(),
});
