import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';

import { NoCache } from '../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import type { Principal } from '../../common/http/principal.js';
import { CalendarQuery, CalendarResponse, InsightsResponse } from './insights.dto.js';
import { toCalendarDay, toInsightsResponse } from './insights.response.js';
import { InsightsService } from './insights.service.js';

const DERIVED = {
  because: 'counted anew after each change; streaks end at midnight',
  source: 'mongodb',
} as const;

@ApiTags('insights')
@Controller('insights')
export class InsightsController {
  constructor(private readonly insights: InsightsService) {}

  @Get()
  @NoCache(DERIVED)
  @ApiOperation({ summary: 'Your totals, averages, streaks and best hours, seconds behind your changes' })
  @ZodResponse({ status: 200, type: InsightsResponse })
  async get(@CurrentPrincipal() actor: Principal): Promise<InsightsResponse> {
    const { analytics, today } = await this.insights.get(actor);
    return toInsightsResponse(analytics, today);
  }

  @Get('calendar')
  @NoCache(DERIVED)
  @ApiOperation({ summary: 'Every day of a month, in your time zone' })
  @ZodResponse({ status: 200, type: CalendarResponse })
  async calendar(
    @CurrentPrincipal() actor: Principal,
    @Query() { month }: CalendarQuery,
  ): Promise<CalendarResponse> {
    const days = await this.insights.month(actor, month);
    return { data: days.map(([date, counts]) => toCalendarDay(date, counts)) };
  }
}
