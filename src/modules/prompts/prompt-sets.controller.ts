import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';

import { NoCache } from '../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import type { Principal } from '../../common/http/principal.js';
import { IdempotencyOf, IdempotentBy } from '../idempotency/documents/idempotent-by.decorator.js';
import type { IdempotentRequest } from '../idempotency/documents/idempotent-request.js';
import { PROMPT_SETS_COLLECTION } from './prompt-set.js';
import { toPromptSetResponse } from './prompt-set.response.js';
import { PromptSetResponse } from './prompt-sets.dto.js';
import { PromptSets } from './prompt-sets.service.js';

@ApiTags('prompts')
@Controller('prompts/today')
export class PromptSetsController {
  constructor(private readonly sets: PromptSets) {}

  @Get()
  @NoCache({ because: 'ends with the present day, in the time zone of the profile', source: 'mongodb' })
  @ApiOperation({ summary: 'Your prompts of today: the same on each device' })
  @ZodResponse({ status: 200, type: PromptSetResponse })
  async today(@CurrentPrincipal() actor: Principal): Promise<PromptSetResponse> {
    return toPromptSetResponse(await this.sets.today(actor));
  }

  @Post(':prompt_id/complete')
  @HttpCode(200)
  @IdempotentBy(PROMPT_SETS_COLLECTION)
  @ApiOperation({ summary: 'Complete a prompt of today; once more changes nothing' })
  @ZodResponse({ status: 200, type: PromptSetResponse })
  async complete(
    @CurrentPrincipal() actor: Principal,
    @Param('prompt_id') promptId: string,
    @IdempotencyOf() request: IdempotentRequest | null,
  ): Promise<PromptSetResponse> {
    return toPromptSetResponse(await this.sets.complete(actor, promptId, request));
  }
}
