import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';

import { CurrentPrincipal } from '../../common/http/current-principal.js';
import type { Principal } from '../../common/http/principal.js';
import { IgnoresIdempotencyKey } from '../idempotency/ignores-idempotency-key.decorator.js';
import { EvaluationService } from './evaluation.service.js';
import { EvaluateDto, EvaluationResponse } from './features.dto.js';
import type { EvaluatedFlag } from './flag-answer.js';
import { environmentOfCaller } from './flag-environment.js';

@ApiTags('features')
@Controller('features')
export class EvaluationController {
  constructor(private readonly evaluation: EvaluationService) {}

  @Post('evaluate')
  @IgnoresIdempotencyKey()
  @HttpCode(200)
  @ApiOperation({ summary: 'Evaluate feature flags for a person' })
  @ZodResponse({ status: 200, type: EvaluationResponse })
  async evaluate(
    @CurrentPrincipal() actor: Principal,
    @Body() { environment = environmentOfCaller(actor), context, keys }: EvaluateDto,
  ): Promise<EvaluationResponse> {
    const { flags, isStale } = await this.evaluation.evaluate(actor, environment, context, keys);
    return { flags: Object.fromEntries(flags.map((flag) => [flag.key, toAnswer(flag, isStale)])) };
  }
}

type Answer = EvaluationResponse['flags'][string];

const toAnswer = (flag: EvaluatedFlag, isStale: boolean): Answer => ({
  value: flag.value,
  variant: flag.variant,
  reason: flag.reason,
  metadata: {
    version: flag.version,
    ...(flag.payload && { payload: flag.payload }),
    ...(isStale && { stale: true as const }),
  },
});
