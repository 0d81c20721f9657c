import { Body, Controller, Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';

import { Cached } from '../../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../../common/http/current-principal.js';
import type { Principal } from '../../../common/http/principal.js';
import { parseEnvironment } from '../environment-name.js';
import type { FlagSchedule } from './flag-schedule.js';
import { ScheduleDto, ScheduleResponse } from './schedule.dto.js';
import { ScheduleService } from './schedule.service.js';

@ApiTags('features')
@Controller('features/:key/environments/:environment/schedule')
export class ScheduleController {
  constructor(private readonly schedules: ScheduleService) {}

  @Put()
  @ApiOperation({ summary: 'Change a feature flag in one environment at a moment, at most 5 s late' })
  @ZodResponse({ status: 200, type: ScheduleResponse })
  async set(
    @CurrentPrincipal() actor: Principal,
    @Param('key') key: string,
    @Param('environment') environment: string,
    @Body() { at, change }: ScheduleDto,
  ): Promise<ScheduleResponse> {
    const name = parseEnvironment(environment);
    return toScheduleResponse(await this.schedules.set(actor, key, name, new Date(at), change));
  }

  @Get()
  @Cached({ resource: 'features', source: 'mongodb', idParam: 'key' })
  @ApiOperation({ summary: 'Read what is scheduled for a feature flag in one environment' })
  @ZodResponse({ status: 200, type: ScheduleResponse })
  async get(
    @CurrentPrincipal() actor: Principal,
    @Param('key') key: string,
    @Param('environment') environment: string,
  ): Promise<ScheduleResponse> {
    return toScheduleResponse(await this.schedules.get(actor, key, environment));
  }

  @Delete()
  @HttpCode(204)
  @ApiOperation({ summary: 'Let a scheduled change not happen' })
  async delete(
    @CurrentPrincipal() actor: Principal,
    @Param('key') key: string,
    @Param('environment') environment: string,
  ): Promise<void> {
    await this.schedules.delete(actor, key, environment);
  }
}

const toScheduleResponse = ({ at, change, author, created_at }: FlagSchedule): ScheduleResponse => ({
  at: at.toISOString(),
  change: JSON.parse(change) as ScheduleResponse['change'],
  actor_id: author.userId,
  created_at: created_at.toISOString(),
});
