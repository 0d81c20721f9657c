import { Body, Controller, Headers, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ZodResponse } from 'nestjs-zod';

import { CurrentPrincipal } from '../../../common/http/current-principal.js';
import { ForeignContract } from '../../../common/http/foreign/foreign-contract.js';
import { OFREP } from '../../../common/http/foreign/ofrep.js';
import type { Principal } from '../../../common/http/principal.js';
import { Unprefixed } from '../../../common/http/route-prefix.js';
import { EvaluationService } from '../evaluation.service.js';
import { FeatureNotFound } from '../features.errors.js';
import { environmentOfCaller } from '../flag-environment.js';
import { sendValidated } from '../validated-answer.js';
import { OfrepFlagResponse, OfrepFlagsResponse, OfrepRequestDto } from './ofrep.dto.js';
import { ofrepFlagsText, toOfrepFlag } from './ofrep.response.js';

/** The OpenFeature Remote Evaluation Protocol, 0.3. */
@ApiTags('features')
@Controller('ofrep/v1/evaluate/flags')
@Unprefixed()
@ForeignContract(OFREP)
export class OfrepController {
  constructor(private readonly evaluation: EvaluationService) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'OFREP: evaluate all feature flags for a person' })
  @ApiResponse({ status: 200, type: OfrepFlagsResponse.Output, description: 'With an `ETag`.' })
  @ApiResponse({ status: 304, description: 'Every answer is as `If-None-Match` says.' })
  async evaluateAll(
    @CurrentPrincipal() actor: Principal,
    @Body() { context = {} }: OfrepRequestDto,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('if-none-match') ifNoneMatch?: string,
  ): Promise<string> {
    const { flags, isStale } = await this.evaluation.evaluate(actor, environmentOfCaller(actor), context);
    return sendValidated(reply, ofrepFlagsText(flags, isStale), ifNoneMatch);
  }

  @Post(':key')
  @HttpCode(200)
  @ApiOperation({ summary: 'OFREP: evaluate a feature flag for a person' })
  @ZodResponse({ status: 200, type: OfrepFlagResponse })
  async evaluate(
    @CurrentPrincipal() actor: Principal,
    @Param('key') key: string,
    @Body() { context = {} }: OfrepRequestDto,
  ): Promise<OfrepFlagResponse> {
    const environment = environmentOfCaller(actor);
    const { flags, isStale } = await this.evaluation.evaluate(actor, environment, context, [key]);
    const [flag] = flags;
    if (!flag) throw new FeatureNotFound();
    return toOfrepFlag(flag, isStale);
  }
}
