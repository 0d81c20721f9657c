import { Body, Controller, Get, Headers, Ip, Patch } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';

import { Cached } from '../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import type { Principal } from '../../common/http/principal.js';
import { AcceptsIfMatch } from '../../common/http/route-docs.js';
import { PLANS_TAG } from '../plans/plan-tags.js';
import { ProfileResponse, UpdateProfileDto } from './profile.dto.js';
import { ProfileService } from './profile.service.js';

@ApiTags('profile')
@Controller('profile')
export class ProfileController {
  constructor(private readonly profile: ProfileService) {}

  @Get()
  @Cached({
    resource: 'profile',
    source: 'postgres',
    ttlMs: 300_000,
    tags: ({ userId }) => [`users:${userId}`, `entitlements:${userId}`],
    sharedTags: [PLANS_TAG],
  })
  @ApiOperation({ summary: 'Read who you are, in which organisation, on which plan' })
  @ZodResponse({ status: 200, type: ProfileResponse })
  get(@CurrentPrincipal() actor: Principal): Promise<ProfileResponse> {
    return this.profile.get(actor);
  }

  @Patch()
  @AcceptsIfMatch()
  @ApiOperation({ summary: 'Change your own account' })
  @ZodResponse({ status: 200, type: ProfileResponse })
  update(
    @CurrentPrincipal() actor: Principal,
    @Body() body: UpdateProfileDto,
    @Ip() address: string,
    @Headers('if-match') ifMatch?: string,
  ): Promise<ProfileResponse> {
    return this.profile.update({ actor, address, ifMatch }, body);
  }
}
