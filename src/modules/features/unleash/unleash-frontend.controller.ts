import { Body, Controller, Get, Headers, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { NoCache } from '../../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../../common/http/current-principal.js';
import { ForeignContract } from '../../../common/http/foreign/foreign-contract.js';
import { UNLEASH } from '../../../common/http/foreign/unleash.js';
import type { Principal } from '../../../common/http/principal.js';
import { Unprefixed } from '../../../common/http/route-prefix.js';
import type { ContextInput } from '../evaluation/evaluation-context.js';
import { environmentOfCaller } from '../flag-environment.js';
import { MetricsService } from '../metrics/metrics.service.js';
import { sendValidated } from '../validated-answer.js';
import { contextOfBody, contextOfQuery, withAddress } from './frontend-context.js';
import { bucketOf } from './sdk-bucket.js';
import { FrontendContextDto, FrontendResponse, RegisterDto, SdkMetricsDto } from './unleash.dto.js';
import { UnleashService } from './unleash.service.js';

const FOUND = { status: 200, type: FrontendResponse.Output, description: 'With an `ETag`.' } as const;
const UNCHANGED = { status: 304, description: 'Nothing has changed since `If-None-Match`.' } as const;

/** The API for Unleash's SDKs in browsers and phones. Flags are evaluated here, and the rules are not sent. */
@ApiTags('features')
@Controller('api/frontend')
@Unprefixed()
@ForeignContract(UNLEASH)
export class UnleashFrontendController {
  constructor(
    private readonly unleash: UnleashService,
    private readonly metrics: MetricsService,
  ) {}

  @Get()
  @NoCache('evaluated in memory for one person')
  @ApiOperation({ summary: 'Unleash: the feature flags that are on for a person, whom the query describes' })
  @ApiResponse(FOUND)
  @ApiResponse(UNCHANGED)
  get(
    @CurrentPrincipal() actor: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('if-none-match') ifNoneMatch?: string,
  ): Promise<string> {
    const context = contextOfQuery(request.query as Record<string, unknown>);
    return this.answer(actor, withAddress(context, request.ip), reply, ifNoneMatch);
  }

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Unleash: the feature flags that are on for a person, whom the body describes' })
  @ApiResponse(FOUND)
  @ApiResponse(UNCHANGED)
  post(
    @CurrentPrincipal() actor: Principal,
    @Body() body: FrontendContextDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('if-none-match') ifNoneMatch?: string,
  ): Promise<string> {
    return this.answer(actor, withAddress(contextOfBody(body), request.ip), reply, ifNoneMatch);
  }

  @Post('client/register')
  @HttpCode(200)
  @ApiOperation({ summary: 'Unleash: an SDK for browsers says that it is there' })
  @ApiResponse({ status: 200, description: 'Taken.' })
  register(@CurrentPrincipal() actor: Principal, @Body() _sdk: RegisterDto): void {
    this.unleash.register(actor);
  }

  @Post('client/metrics')
  @HttpCode(200)
  @ApiOperation({ summary: 'Unleash: what an SDK for browsers has counted' })
  @ApiResponse({ status: 200, description: 'Counted.' })
  async count(@CurrentPrincipal() actor: Principal, @Body() body: SdkMetricsDto): Promise<void> {
    await this.metrics.record(actor, environmentOfCaller(actor), bucketOf(body));
  }

  private async answer(
    actor: Principal,
    context: ContextInput,
    reply: FastifyReply,
    ifNoneMatch: string | undefined,
  ): Promise<string> {
    const toggles = await this.unleash.toggles(actor, context);
    return sendValidated(reply, JSON.stringify({ toggles }), ifNoneMatch);
  }
}
