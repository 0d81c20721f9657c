import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Patch,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ZodResponse } from 'nestjs-zod';

import { NoCache } from '../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import { decodeIdCursor, toPage } from '../../common/http/page.js';
import type { Principal } from '../../common/http/principal.js';
import { AcceptsIfMatch } from '../../common/http/route-docs.js';
import { toOrganizationResponse } from './organization.response.js';
import {
  CreateOrganizationDto,
  ListOrganizationsQuery,
  OrganizationPage,
  OrganizationResponse,
  UpdateOrganizationDto,
} from './organizations.dto.js';
import { OrganizationsService } from './organizations.service.js';

const NOT_ONE_ORGANIZATION = 'acts in the organisation of the path, which is not always the principal’s';

@ApiTags('organizations')
@Controller('organizations')
export class OrganizationsController {
  constructor(private readonly organizations: OrganizationsService) {}

  @Post()
  @ApiOperation({ summary: 'Create an organisation; you become its owner' })
  @ZodResponse({ status: 201, type: OrganizationResponse })
  async create(
    @CurrentPrincipal() actor: Principal,
    @Body() body: CreateOrganizationDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OrganizationResponse> {
    const organization = await this.organizations.create(actor, body);
    void reply.header('location', `/api/v1/organizations/${organization.id}`);
    return toOrganizationResponse(organization);
  }

  @Get()
  @NoCache({ because: NOT_ONE_ORGANIZATION, source: 'postgres' })
  @ApiOperation({ summary: 'List the organisations that you belong to, newest first' })
  @ZodResponse({ status: 200, type: OrganizationPage })
  async list(
    @CurrentPrincipal() actor: Principal,
    @Query() query: ListOrganizationsQuery,
  ): Promise<OrganizationPage> {
    const beforeId = decodeIdCursor(query.cursor);
    const organizations = await this.organizations.list(actor, query.limit, beforeId);
    return toPage(organizations, query.limit, toOrganizationResponse, ({ id }) => [id]);
  }

  @Get(':id')
  @NoCache({ because: NOT_ONE_ORGANIZATION, source: 'postgres' })
  @ApiOperation({ summary: 'Read an organisation that you belong to' })
  @ZodResponse({ status: 200, type: OrganizationResponse })
  async get(@CurrentPrincipal() actor: Principal, @Param('id') id: string): Promise<OrganizationResponse> {
    const { organization } = await this.organizations.actingIn(actor, id);
    return toOrganizationResponse(organization);
  }

  @Patch(':id')
  @AcceptsIfMatch()
  @ApiOperation({ summary: 'Rename an organisation' })
  @ZodResponse({ status: 200, type: OrganizationResponse })
  async update(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Body() body: UpdateOrganizationDto,
    @Headers('if-match') ifMatch?: string,
  ): Promise<OrganizationResponse> {
    return toOrganizationResponse(await this.organizations.update(actor, id, body, ifMatch));
  }

  @Delete(':id')
  @HttpCode(204)
  @AcceptsIfMatch()
  @ApiOperation({ summary: 'Delete an organisation that manages no accounts any more' })
  async delete(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Headers('if-match') ifMatch?: string,
  ): Promise<void> {
    await this.organizations.delete(actor, id, ifMatch);
  }
}
