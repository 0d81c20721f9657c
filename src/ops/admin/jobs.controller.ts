import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';

import { NoCache } from '../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { Jobs } from '../../flows/scheduler/jobs.js';
import { PeriodicJobs } from '../../flows/scheduler/periodic-jobs.pg.repository.js';
import { canOperate } from './admin.policy.js';
import { JobsResponse } from './jobs.dto.js';
import { toJobsResponse } from './jobs.response.js';

@ApiTags('admin')
@Controller('admin/jobs')
export class JobsController {
  constructor(
    private readonly jobs: Jobs,
    private readonly periodic: PeriodicJobs,
  ) {}

  @Get()
  @NoCache({ because: 'changes without a write of any resource', source: 'postgres' })
  @ApiOperation({ summary: 'List the periodic jobs and how they last went; platform admins only' })
  @ZodResponse({ status: 200, type: JobsResponse })
  async list(@CurrentPrincipal() actor: Principal): Promise<JobsResponse> {
    assertCan(canOperate(actor));
    const names = this.jobs.periodic.map(({ name }) => name);
    return toJobsResponse(await this.periodic.list(names));
  }
}
