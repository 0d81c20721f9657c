import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';

import { Cached } from '../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import type { Principal } from '../../common/http/principal.js';
import { PLANS_TAG } from '../plans/plan-tags.js';
import { EntitlementsResponse } from './entitlements.dto.js';
import { toEntitlementsResponse } from './entitlements.response.js';
import { EntitlementsService } from './entitlements.service.js';

@ApiTags('entitlements')
@Controller('entitlements')
export class EntitlementsController {
  constructor(private readonly entitlements: EntitlementsService) {}

  @Get()
  @Cached({
    resource: 'entitlements',
    source: 'postgres',
    tags: ({ userId }) => [`entitlements:${userId}`],
    sharedTags: [PLANS_TAG],
  })
  @ApiOperation({ summary: 'Read what your plan allows you in the organisation, and how much of it is used' })
  @ZodResponse({ status: 200, type: EntitlementsResponse })
  async get(@CurrentPrincipal() actor: Principal): Promise<EntitlementsResponse> {
    return toEntitlementsResponse(await this.entitlements.get(actor));
  }
}
