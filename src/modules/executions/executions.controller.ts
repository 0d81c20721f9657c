import { Body, Controller, Get, Headers, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ZodResponse } from 'nestjs-zod';

import { NoCache } from '../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import { decodeIdCursor, toPage } from '../../common/http/page.js';
import type { Principal } from '../../common/http/principal.js';
import { AcceptsIfMatch } from '../../common/http/route-docs.js';
import { IdempotencyOf, IdempotentBy } from '../idempotency/documents/idempotent-by.decorator.js';
import type { IdempotentRequest } from '../idempotency/documents/idempotent-request.js';
import { EXECUTIONS_COLLECTION } from './execution.js';
import { toExecutionResponse } from './execution.response.js';
import {
  CreateExecutionDto,
  ExecutionPage,
  ExecutionResponse,
  ListExecutionsQuery,
  UpdateExecutionDto,
} from './executions.dto.js';
import { ExecutionsService } from './executions.service.js';

/** Every chunk changes the size of the output but replaces no tag, so it cannot be cached. */
const CHANGES_OFTEN = { because: 'grows with every chunk of output', source: 'mongodb' } as const;

@ApiTags('executions')
@Controller('executions')
export class ExecutionsController {
  constructor(private readonly executions: ExecutionsService) {}

  @Post()
  @IdempotentBy(EXECUTIONS_COLLECTION)
  @ApiOperation({ summary: 'Announce an execution; it is queued' })
  @ZodResponse({ status: 201, type: ExecutionResponse })
  async create(
    @CurrentPrincipal() actor: Principal,
    @Body() body: CreateExecutionDto,
    @IdempotencyOf() request: IdempotentRequest | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExecutionResponse> {
    const execution = await this.executions.create(actor, body, request);
    void reply.header('location', `/api/v1/executions/${execution._id}`);
    return toExecutionResponse(execution);
  }

  @Get()
  @NoCache(CHANGES_OFTEN)
  @ApiOperation({ summary: 'List executions, newest first' })
  @ZodResponse({ status: 200, type: ExecutionPage })
  async list(
    @CurrentPrincipal() actor: Principal,
    @Query() query: ListExecutionsQuery,
  ): Promise<ExecutionPage> {
    const { limit, cursor, ...filter } = query;
    const found = await this.executions.list(actor, filter, limit, decodeIdCursor(cursor));
    return toPage(found, limit, toExecutionResponse, ({ _id }) => [_id]);
  }

  @Get(':id')
  @NoCache(CHANGES_OFTEN)
  @ApiOperation({ summary: 'Read an execution' })
  @ZodResponse({ status: 200, type: ExecutionResponse })
  async get(@CurrentPrincipal() actor: Principal, @Param('id') id: string): Promise<ExecutionResponse> {
    return toExecutionResponse(await this.executions.get(actor, id));
  }

  @Patch(':id')
  @AcceptsIfMatch()
  @ApiOperation({ summary: 'Say how an execution goes; 409 once it has ended' })
  @ZodResponse({ status: 200, type: ExecutionResponse })
  async update(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Body() body: UpdateExecutionDto,
    @Headers('if-match') ifMatch?: string,
  ): Promise<ExecutionResponse> {
    return toExecutionResponse(await this.executions.update(actor, id, body, ifMatch));
  }
}
