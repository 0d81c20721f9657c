import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ZodResponse } from 'nestjs-zod';

import { Cached } from '../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import { decodeCursor, toPage } from '../../common/http/page.js';
import type { Principal } from '../../common/http/principal.js';
import { type ActivityLog, PERSONAL_DATA_TAG } from './activity-log.schema.js';
import { ActivityPage, ActivityResponse, ListActivityQuery, RecordActivityDto } from './activity.dto.js';
import type { ActivityPosition } from './activity.mongo.repository.js';
import { toActivityResponse } from './activity.response.js';
import { ActivityService } from './activity.service.js';

@ApiTags('activity')
@Controller('activity')
export class ActivityController {
  constructor(private readonly activity: ActivityService) {}

  @Post()
  @ApiOperation({ summary: 'Record what happened; an entry is never changed or deleted' })
  @ZodResponse({ status: 201, type: ActivityResponse })
  async record(
    @CurrentPrincipal() actor: Principal,
    @Body() body: RecordActivityDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ActivityResponse> {
    const entry = await this.activity.record(actor, body);
    void reply.header('location', `/api/v1/activity/${entry._id}`);
    return toActivityResponse(entry);
  }

  @Get()
  @Cached({ resource: 'activity', source: 'mongodb' })
  @ApiOperation({ summary: 'List what happened in your organisation, newest first' })
  @ZodResponse({ status: 200, type: ActivityPage })
  async list(@CurrentPrincipal() actor: Principal, @Query() query: ListActivityQuery): Promise<ActivityPage> {
    const { limit, cursor, from, to, ...equal } = query;
    const filter = { ...equal, ...(from && { from: new Date(from) }), ...(to && { to: new Date(to) }) };
    const entries = await this.activity.list(
      actor,
      filter,
      limit,
      cursor === undefined ? null : positionOf(cursor),
    );
    return toPage(entries, limit, toActivityResponse, cursorOf);
  }

  @Get(':id')
  @Cached({ resource: 'activity', source: 'mongodb', tags: () => [PERSONAL_DATA_TAG] })
  @ApiOperation({ summary: 'Read an entry' })
  @ZodResponse({ status: 200, type: ActivityResponse })
  async get(@CurrentPrincipal() actor: Principal, @Param('id') id: string): Promise<ActivityResponse> {
    return toActivityResponse(await this.activity.get(actor, id));
  }
}

const cursorOf = (entry: ActivityLog): string[] => [entry.occurred_at.toISOString(), entry._id];

function positionOf(cursor: string): ActivityPosition {
  const [occurredAt, id] = decodeCursor(cursor, ['moment', 'id']);
  return { occurredAt: new Date(occurredAt), id };
}
