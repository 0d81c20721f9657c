import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ZodResponse } from 'nestjs-zod';

import { Cached } from '../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import { decodeCursor, toPage } from '../../common/http/page.js';
import type { Principal } from '../../common/http/principal.js';
import type { Deployment } from './deployment.js';
import { toDeploymentResponse, toStatusResponse } from './deployment.response.js';
import {
  AddStatusDto,
  CreateDeploymentDto,
  DeploymentPage,
  DeploymentResponse,
  ListDeploymentsQuery,
  ListStatusesQuery,
  RollbackDeploymentDto,
  StatusPage,
  StatusResponse,
} from './deployments.dto.js';
import { DeploymentsService } from './deployments.service.js';

@ApiTags('deployments')
@Controller('deployments')
export class DeploymentsController {
  constructor(private readonly deployments: DeploymentsService) {}

  @Post()
  @ApiOperation({ summary: 'Announce a deployment; it is pending until its first status' })
  @ZodResponse({ status: 201, type: DeploymentResponse })
  async create(
    @CurrentPrincipal() actor: Principal,
    @Body() body: CreateDeploymentDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DeploymentResponse> {
    return located(reply, await this.deployments.create(actor, body));
  }

  @Get()
  @Cached({ resource: 'deployments', source: 'postgres' })
  @ApiOperation({ summary: 'List deployments, newest first' })
  @ZodResponse({ status: 200, type: DeploymentPage })
  async list(
    @CurrentPrincipal() actor: Principal,
    @Query() query: ListDeploymentsQuery,
  ): Promise<DeploymentPage> {
    const { limit, cursor, ...filter } = query;
    const found = await this.deployments.list(actor, filter, limit, positionOf(cursor));
    return toPage(found, limit, toDeploymentResponse, ({ id }) => [id]);
  }

  @Get(':id')
  @Cached({ resource: 'deployments', source: 'postgres' })
  @ApiOperation({ summary: 'Read a deployment' })
  @ZodResponse({ status: 200, type: DeploymentResponse })
  async get(@CurrentPrincipal() actor: Principal, @Param('id') id: string): Promise<DeploymentResponse> {
    return toDeploymentResponse(await this.deployments.get(actor, id));
  }

  @Get(':id/statuses')
  @Cached({ resource: 'deployments', source: 'postgres' })
  @ApiOperation({ summary: 'The history of a deployment, newest first' })
  @ZodResponse({ status: 200, type: StatusPage })
  async statuses(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Query() { limit, cursor }: ListStatusesQuery,
  ): Promise<StatusPage> {
    const found = await this.deployments.statuses(actor, id, limit, positionOf(cursor));
    return toPage(found, limit, toStatusResponse, (status) => [status.id]);
  }

  @Post(':id/statuses')
  @ApiOperation({ summary: 'Say how a deployment goes; 409 where its state does not allow it' })
  @ZodResponse({ status: 201, type: StatusResponse })
  async addStatus(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Body() body: AddStatusDto,
  ): Promise<StatusResponse> {
    return toStatusResponse(await this.deployments.addStatus(actor, id, body));
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @ApiOperation({ summary: 'Cancel a deployment that is under way; nothing after it is accepted' })
  @ZodResponse({ status: 200, type: DeploymentResponse })
  async cancel(@CurrentPrincipal() actor: Principal, @Param('id') id: string): Promise<DeploymentResponse> {
    return toDeploymentResponse(await this.deployments.cancel(actor, id));
  }

  @Post(':id/redeploy')
  @ApiOperation({ summary: 'Deploy the same ref to the same environment again' })
  @ZodResponse({ status: 201, type: DeploymentResponse })
  async redeploy(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DeploymentResponse> {
    return located(reply, await this.deployments.redeploy(actor, id));
  }

  @Post(':id/rollback')
  @ApiOperation({ summary: 'Replace a deployment by an earlier success of its environment' })
  @ZodResponse({ status: 201, type: DeploymentResponse })
  async rollBack(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Body() { to }: RollbackDeploymentDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DeploymentResponse> {
    return located(reply, await this.deployments.rollBack(actor, id, to));
  }
}

const positionOf = (cursor: string | undefined): string | null =>
  cursor === undefined ? null : decodeCursor(cursor, ['id'])[0];

function located(reply: FastifyReply, deployment: Deployment): DeploymentResponse {
  void reply.header('location', `/api/v1/deployments/${deployment.id}`);
  return toDeploymentResponse(deployment);
}
