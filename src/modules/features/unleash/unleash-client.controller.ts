import { Body, Controller, Get, Headers, HttpCode, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';

import { NoCache } from '../../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../../common/http/current-principal.js';
import { ForeignContract } from '../../../common/http/foreign/foreign-contract.js';
import { UNLEASH } from '../../../common/http/foreign/unleash.js';
import type { Principal } from '../../../common/http/principal.js';
import { Unprefixed } from '../../../common/http/route-prefix.js';
import { environmentOfCaller } from '../flag-environment.js';
import { MetricsService } from '../metrics/metrics.service.js';
import { sendValidated } from '../validated-answer.js';
import { bucketOf } from './sdk-bucket.js';
import { ClientFeaturesResponse, RegisterDto, SdkMetricsDto } from './unleash.dto.js';
import { UnleashService } from './unleash.service.js';

/** The API for Unleash's SDKs on servers. */
@ApiTags('features')
@Controller('api/client')
@Unprefixed()
@ForeignContract(UNLEASH)
export class UnleashClientController {
  constructor(
    private readonly unleash: UnleashService,
    private readonly metrics: MetricsService,
  ) {}

  @Get('features')
  @NoCache('the flags are in memory, and serialised once for each change')
  @ApiOperation({ summary: 'Unleash: the feature flags of the environment of the key' })
  @ApiResponse({ status: 200, type: ClientFeaturesResponse.Output, description: 'With an `ETag`.' })
  @ApiResponse({ status: 304, description: 'Nothing has changed since `If-None-Match`.' })
  async features(
    @CurrentPrincipal() actor: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('if-none-match') ifNoneMatch?: string,
  ): Promise<Buffer | ''> {
    const { body, etag } = await this.unleash.clientFeatures(actor);
    return sendValidated(reply, body, ifNoneMatch, etag);
  }

  @Post('register')
  @HttpCode(202)
  @ApiOperation({ summary: 'Unleash: an SDK says that it is there' })
  @ApiResponse({ status: 202, description: 'Taken.' })
  register(@CurrentPrincipal() actor: Principal, @Body() _sdk: RegisterDto): void {
    this.unleash.register(actor);
  }

  @Post('metrics')
  @HttpCode(202)
  @ApiOperation({ summary: 'Unleash: what an SDK has counted' })
  @ApiResponse({ status: 202, description: 'Counted.' })
  async count(@CurrentPrincipal() actor: Principal, @Body() body: SdkMetricsDto): Promise<void> {
    await this.metrics.record(actor, environmentOfCaller(actor), bucketOf(body));
  }
}
