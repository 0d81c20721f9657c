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
import { OneTimeSecret } from '../idempotency/one-time-secret.decorator.js';
import { ApiKeyChanges } from './api-key-changes.service.js';
import { toApiKeyResponse } from './api-key.response.js';
import {
  ApiKeyPage,
  ApiKeyResponse,
  CreateApiKeyDto,
  ListApiKeysQuery,
  NewApiKeyResponse,
  RotateApiKeyDto,
  UpdateApiKeyDto,
} from './api-keys.dto.js';
import { ApiKeysService } from './api-keys.service.js';

const USE_IS_SHOWN = 'shows credits and the last use, which change with each use';

@ApiTags('api-keys')
@Controller('api-keys')
export class ApiKeysController {
  constructor(
    private readonly apiKeys: ApiKeysService,
    private readonly changes: ApiKeyChanges,
  ) {}

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
  @NoCache({ because: USE_IS_SHOWN, source: 'postgres' })
  @ApiOperation({ summary: 'List the API keys of your organisation, newest first' })
  @ZodResponse({ status: 200, type: ApiKeyPage })
  async list(@CurrentPrincipal() actor: Principal, @Query() query: ListApiKeysQuery): Promise<ApiKeyPage> {
    const { limit, cursor, environment, enabled, user_id: userId } = query;
    const filter = { environment, enabled: enabled === undefined ? undefined : enabled === 'true', userId };
    const keys = await this.apiKeys.list(actor, filter, limit, decodeIdCursor(cursor));
    return toPage(keys, limit, toApiKeyResponse, ({ id }) => [id]);
  }

  @Get(':id')
  @NoCache({ because: USE_IS_SHOWN, source: 'postgres' })
  @ApiOperation({ summary: 'Read an API key' })
  @ZodResponse({ status: 200, type: ApiKeyResponse })
  async get(@CurrentPrincipal() actor: Principal, @Param('id') id: string): Promise<ApiKeyResponse> {
    return toApiKeyResponse(await this.apiKeys.get(actor, id));
  }

  @Patch(':id')
  @AcceptsIfMatch()
  @ApiOperation({
    summary: 'Change an API key; it counts from the next request on',
    description: 'Scopes are added by the account alone that made the key.',
  })
  @ZodResponse({ status: 200, type: ApiKeyResponse })
  async update(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Body() body: UpdateApiKeyDto,
    @Headers('if-match') ifMatch?: string,
  ): Promise<ApiKeyResponse> {
    return toApiKeyResponse(await this.changes.update(actor, id, body, ifMatch));
  }

  @Post(':id/rotate')
  @OneTimeSecret('key')
  @ApiOperation({
    summary: 'Give an API key a new secret; it is shown this once',
    description:
      'The old secret is valid until the overlap ends, and then EXPIRED; older ones end with it at the latest. For the account that made the key. Of two rotations at once one is answered 409.',
  })
  @ZodResponse({ status: 200, type: NewApiKeyResponse })
  async rotate(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Body() body: RotateApiKeyDto,
  ): Promise<NewApiKeyResponse> {
    const { key, apiKey } = await this.changes.rotate(actor, id, body.overlap_seconds);
    return { ...toApiKeyResponse(apiKey), key };
  }

  @Delete(':id')
  @HttpCode(204)
  @AcceptsIfMatch()
  @ApiOperation({
    summary: 'Revoke an API key and those that it has made; they are refused from the next request on',
  })
  async revoke(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Headers('if-match') ifMatch?: string,
  ): Promise<void> {
    await this.apiKeys.revoke(actor, id, ifMatch);
  }
}
