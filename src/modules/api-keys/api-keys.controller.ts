import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ZodResponse } from 'nestjs-zod';

import { Cached } from '../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import { decodeIdCursor, toPage } from '../../common/http/page.js';
import type { Principal } from '../../common/http/principal.js';
import { AcceptsIfMatch } from '../../common/http/route-docs.js';
import { OneTimeSecret } from '../idempotency/one-time-secret.decorator.js';
import { toApiKeyResponse } from './api-key.response.js';
import {
  ApiKeyPage,
  ApiKeyResponse,
  CreateApiKeyDto,
  ListApiKeysQuery,
  NewApiKeyResponse,
} from './api-keys.dto.js';
import { ApiKeysService } from './api-keys.service.js';

@ApiTags('api-keys')
@Controller('api-keys')
export class ApiKeysController {
  constructor(private readonly apiKeys: ApiKeysService) {}

  @Post()
  @OneTimeSecret('key')
  @ApiOperation({ summary: 'Create an API key; the key itself is shown this once' })
  @ZodResponse({ status: 201, type: NewApiKeyResponse })
  async create(
    @CurrentPrincipal() actor: Principal,
    @Body() body: CreateApiKeyDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<NewApiKeyResponse> {
    const { key, apiKey } = await this.apiKeys.create(actor, body);
    void reply.header('location', `/api/v1/api-keys/${apiKey.id}`);
    return { ...toApiKeyResponse(apiKey), key };
  }

  @Get()
  @Cached({ resource: 'api-keys', source: 'postgres' })
  @ApiOperation({ summary: 'List the API keys of your organisation, newest first' })
  @ZodResponse({ status: 200, type: ApiKeyPage })
  async list(@CurrentPrincipal() actor: Principal, @Query() query: ListApiKeysQuery): Promise<ApiKeyPage> {
    const beforeId = decodeIdCursor(query.cursor);
    return toPage(
      await this.apiKeys.list(actor, query.limit, beforeId),
      query.limit,
      toApiKeyResponse,
      ({ id }) => [id],
    );
  }

  @Get(':id')
  @Cached({ resource: 'api-keys', source: 'postgres' })
  @ApiOperation({ summary: 'Read an API key' })
  @ZodResponse({ status: 200, type: ApiKeyResponse })
  async get(@CurrentPrincipal() actor: Principal, @Param('id') id: string): Promise<ApiKeyResponse> {
    return toApiKeyResponse(await this.apiKeys.get(actor, id));
  }

  @Delete(':id')
  @HttpCode(204)
  @AcceptsIfMatch()
  @ApiOperation({ summary: 'Revoke an API key; it is refused from the next request on' })
  async revoke(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Headers('if-match') ifMatch?: string,
  ): Promise<void> {
    await this.apiKeys.revoke(actor, id, ifMatch);
  }
}
