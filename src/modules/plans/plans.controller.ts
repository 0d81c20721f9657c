import { Body, Controller, Get, Headers, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ZodResponse } from 'nestjs-zod';

import { Cached } from '../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import { decodeCursor, toPage } from '../../common/http/page.js';
import type { Principal } from '../../common/http/principal.js';
import { AcceptsIfMatch } from '../../common/http/route-docs.js';
import { toPlanResponse } from './plan.response.js';
import { PLANS_TAG } from './plan-tags.js';
import { CreatePlanDto, ListPlansQuery, PlanPage, PlanResponse, ReplacePlanDto } from './plans.dto.js';
import { PlansService } from './plans.service.js';

@ApiTags('plans')
@Controller('plans')
export class PlansController {
  constructor(private readonly plans: PlansService) {}

  @Post()
  @ApiOperation({ summary: 'Add a plan (platform admins)' })
  @ZodResponse({ status: 201, type: PlanResponse })
  async create(
    @CurrentPrincipal() actor: Principal,
    @Body() body: CreatePlanDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PlanResponse> {
    const plan = await this.plans.create(actor, body);
    void reply.header('location', `/api/v1/plans/${plan.code}`);
    return toPlanResponse(plan);
  }

  @Get()
  @Cached({ resource: 'plans', source: 'postgres', sharedTags: [PLANS_TAG] })
  @ApiOperation({ summary: 'List the plans, newest first' })
  @ZodResponse({ status: 200, type: PlanPage })
  async list(@CurrentPrincipal() actor: Principal, @Query() query: ListPlansQuery): Promise<PlanPage> {
    const { limit, cursor, active } = query;
    const [beforeId] = cursor === undefined ? [null] : decodeCursor(cursor, ['id']);
    const found = await this.plans.list(actor, active ?? null, limit, beforeId);
    return toPage(found, limit, toPlanResponse, ({ id }) => [id]);
  }

  @Get(':code')
  @Cached({ resource: 'plans', source: 'postgres', idParam: 'code', sharedTags: [PLANS_TAG] })
  @ApiOperation({ summary: 'Read a plan' })
  @ZodResponse({ status: 200, type: PlanResponse })
  async get(@CurrentPrincipal() actor: Principal, @Param('code') code: string): Promise<PlanResponse> {
    return toPlanResponse(await this.plans.get(actor, code));
  }

  @Put(':code')
  @AcceptsIfMatch()
  @ApiOperation({ summary: 'Replace a plan (platform admins); a new price counts from each next period' })
  @ZodResponse({ status: 200, type: PlanResponse })
  async replace(
    @CurrentPrincipal() actor: Principal,
    @Param('code') code: string,
    @Body() body: ReplacePlanDto,
    @Headers('if-match') ifMatch?: string,
  ): Promise<PlanResponse> {
    return toPlanResponse(await this.plans.replace(actor, code, body, ifMatch));
  }
}
