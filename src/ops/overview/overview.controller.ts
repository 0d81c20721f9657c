import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';

import { NoCache } from '../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { Agreement } from '../../flows/agreement/agreement.js';
import { canOperate } from '../admin/admin.policy.js';
import { toAgreementMember } from './agreement.response.js';
import { OverviewResponse } from './overview.dto.js';

@ApiTags('admin')
@Controller('admin/overview')
export class OverviewController {
  constructor(private readonly agreement: Agreement) {}

  @Get()
  @NoCache({ because: 'changes without a write of any resource', source: 'postgres' })
  @ApiOperation({ summary: 'How the service is; platform admins only' })
  @ZodResponse({ status: 200, type: OverviewResponse })
  async get(@CurrentPrincipal() actor: Principal): Promise<OverviewResponse> {
    assertCan(canOperate(actor));
    return { agreement: toAgreementMember(await this.agreement.state()) };
  }
}
