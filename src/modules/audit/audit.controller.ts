import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';

import { NoCache } from '../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import { RateCost } from '../../common/http/rate-cost.decorator.js';
import type { Principal } from '../../common/http/principal.js';
import { VerificationResponse, VerifyActivityQuery } from './audit.dto.js';
import { AuditService } from './audit.service.js';
import { toVerificationResponse } from './verification.response.js';

@ApiTags('activity')
@Controller('activity')
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  @Get('verify')
  @RateCost(10)
  @NoCache('it looks at the stores themselves')
  @ApiOperation({
    summary: 'Verify that nobody altered, deleted, reordered, inserted or cut off entries',
    description:
      'For admins. Compares the log with the chain of checkpoints in PostgreSQL. One of an organisation at a time: 503 with `Retry-After` while another one is under way.',
  })
  @ZodResponse({ status: 200, type: VerificationResponse })
  async verify(
    @CurrentPrincipal() actor: Principal,
    @Query() query: VerifyActivityQuery,
  ): Promise<VerificationResponse> {
    return toVerificationResponse(await this.audit.verify(actor, query));
  }
}
