import { Body, Controller, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ZodResponse } from 'nestjs-zod';

import { NoCache } from '../../cache/cached.decorator.js';
import { NotFound } from '../../common/errors/kinds.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { canOperate } from './admin.policy.js';
import { StartVerifyDto, VerifyRunResponse, VerifyStartedResponse } from './verify.dto.js';
import { toVerifyResponse } from './verify.response.js';
import { VerifyRuns } from './verify-runs.js';

@ApiTags('admin')
@Controller('admin/verify')
export class VerifyController {
  constructor(private readonly runs: VerifyRuns) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({ summary: 'Compare the stores, and repair what differs; platform admins only' })
  @ZodResponse({ status: 202, type: VerifyStartedResponse })
  async start(
    @CurrentPrincipal() actor: Principal,
    @Body() body: StartVerifyDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<VerifyStartedResponse> {
    assertCan(canOperate(actor));
    const { id, status } = await this.runs.start({ only: body.only, isRepair: body.repair });
    void reply.header('location', `/api/v1/admin/verify/${id}`);
    return { id, status };
  }

  @Get(':id')
  @NoCache('changes while the comparison runs')
  @ApiOperation({
    summary: 'Read what a comparison has found; the last fifty are kept',
  })
  @ZodResponse({ status: 200, type: VerifyRunResponse })
  async get(@CurrentPrincipal() actor: Principal, @Param('id') id: string): Promise<VerifyRunResponse> {
    assertCan(canOperate(actor));
    const run = await this.runs.get(id);
    if (!run) throw new NotFound('There is no such comparison.');
    return toVerifyResponse(run);
  }
}
