import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';

import { NoCache } from '../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import type { Principal } from '../../common/http/principal.js';
import { OverviewResponse } from './overview.dto.js';
import { OverviewService } from './overview.service.js';

@ApiTags('admin')
@Controller('admin/overview')
export class OverviewController {
  constructor(private readonly overview: OverviewService) {}

  @Get()
  @NoCache('figures of this moment')
  @ApiOperation({ summary: 'How the stores, the traffic and the backlogs are; platform admins only' })
  @ZodResponse({ status: 200, type: OverviewResponse })
  read(@CurrentPrincipal() actor: Principal): Promise<OverviewResponse> {
    return this.overview.read(actor);
  }
}
