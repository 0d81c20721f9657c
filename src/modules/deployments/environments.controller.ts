import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';

import { Cached } from '../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import type { Principal } from '../../common/http/principal.js';
import { toEnvironmentResponse } from './deployment.response.js';
import { EnvironmentsResponse } from './deployments.dto.js';
import { EnvironmentsService } from './environments.service.js';

@ApiTags('deployments')
@Controller('environments')
export class EnvironmentsController {
  constructor(private readonly environments: EnvironmentsService) {}

  @Get()
  @Cached({ resource: 'deployments', source: 'postgres' })
  @ApiOperation({ summary: 'The environments, each with its active deployment, by name' })
  @ZodResponse({ status: 200, type: EnvironmentsResponse })
  async list(@CurrentPrincipal() actor: Principal): Promise<EnvironmentsResponse> {
    const environments = await this.environments.list(actor);
    return { data: environments.map(toEnvironmentResponse) };
  }
}
