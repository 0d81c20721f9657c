import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ZodResponse } from 'nestjs-zod';

import { Cached } from '../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import { decodeCursor, toPage } from '../../common/http/page.js';
import type { Principal } from '../../common/http/principal.js';
import { toSubscriptionResponse } from './subscription.response.js';
import { SubscriptionChangesService } from './subscription-changes.service.js';
import {
  CancelSubscriptionDto,
  ChangeSubscriptionDto,
  ListSubscriptionsQuery,
  SubscribeDto,
  SubscriptionPage,
  SubscriptionResponse,
} from './subscriptions.dto.js';
import { SubscriptionsService } from './subscriptions.service.js';

@ApiTags('subscriptions')
@Controller('subscriptions')
export class SubscriptionsController {
  constructor(
    private readonly subscriptions: SubscriptionsService,
    private readonly changes: SubscriptionChangesService,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Subscribe to a plan; one live subscription for each account of an organisation' })
  @ZodResponse({ status: 201, type: SubscriptionResponse })
  async subscribe(
    @CurrentPrincipal() actor: Principal,
    @Body() body: SubscribeDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubscriptionResponse> {
    const subscription = await this.subscriptions.subscribe(actor, body);
    void reply.header('location', `/api/v1/subscriptions/${subscription.id}`);
    return toSubscriptionResponse(subscription);
  }

  @Get()
  @Cached({ resource: 'subscriptions', source: 'postgres' })
  @ApiOperation({
    summary: 'List subscriptions, newest first: your own; those of the organisation for admins',
  })
  @ZodResponse({ status: 200, type: SubscriptionPage })
  async list(
    @CurrentPrincipal() actor: Principal,
    @Query() query: ListSubscriptionsQuery,
  ): Promise<SubscriptionPage> {
    const { limit, cursor, status, stripe_customer_id: stripeCustomerId, user_id: userId } = query;
    const [beforeId] = cursor === undefined ? [null] : decodeCursor(cursor, ['id']);
    const filter = { status, stripeCustomerId, userId };
    const found = await this.subscriptions.list(actor, filter, limit, beforeId);
    return toPage(found, limit, toSubscriptionResponse, ({ id }) => [id]);
  }

  @Get(':id')
  @Cached({ resource: 'subscriptions', source: 'postgres' })
  @ApiOperation({ summary: 'Read a subscription' })
  @ZodResponse({ status: 200, type: SubscriptionResponse })
  async get(@CurrentPrincipal() actor: Principal, @Param('id') id: string): Promise<SubscriptionResponse> {
    return toSubscriptionResponse(await this.subscriptions.get(actor, id));
  }

  @Post(':id/change')
  @HttpCode(200)
  @ApiOperation({ summary: 'Change the plan, now with a proration, or at the end of the period' })
  @ZodResponse({ status: 200, type: SubscriptionResponse })
  async change(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Body() body: ChangeSubscriptionDto,
  ): Promise<SubscriptionResponse> {
    return toSubscriptionResponse(await this.changes.change(actor, id, body));
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @ApiOperation({ summary: 'Cancel at once, or at the end of the period' })
  @ZodResponse({ status: 200, type: SubscriptionResponse })
  async cancel(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Body() { at_period_end: isAtPeriodEnd }: CancelSubscriptionDto,
  ): Promise<SubscriptionResponse> {
    return toSubscriptionResponse(await this.changes.cancel(actor, id, isAtPeriodEnd));
  }

  @Post(':id/pause')
  @HttpCode(200)
  @ApiOperation({ summary: 'Pause: periods go on by the calendar, the limits of the plan do not hold' })
  @ZodResponse({ status: 200, type: SubscriptionResponse })
  async pause(@CurrentPrincipal() actor: Principal, @Param('id') id: string): Promise<SubscriptionResponse> {
    return toSubscriptionResponse(await this.changes.pause(actor, id));
  }

  @Post(':id/resume')
  @HttpCode(200)
  @ApiOperation({ summary: 'Undo a pause and a scheduled cancel' })
  @ZodResponse({ status: 200, type: SubscriptionResponse })
  async resume(@CurrentPrincipal() actor: Principal, @Param('id') id: string): Promise<SubscriptionResponse> {
    return toSubscriptionResponse(await this.changes.resume(actor, id));
  }
}
