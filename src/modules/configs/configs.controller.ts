import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Post,
  Put,
  Query,
  Res,
} from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ZodResponse } from 'nestjs-zod';

import { Cached } from '../../cache/cached.decorator.js';
import { BodyBounds } from '../../common/http/body/body-bounds.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import { decodeCursor, toPage } from '../../common/http/page.js';
import type { Principal } from '../../common/http/principal.js';
import { AcceptsIfMatch } from '../../common/http/route-docs.js';
import { toConfigResponse, toConfigSummary, toVersionResponse } from './config.response.js';
import {
  ConfigDiffPath,
  ConfigDiffResponse,
  ConfigPage,
  ConfigPath,
  ConfigResponse,
  ConfigVersionPage,
  ConfigVersionPath,
  ConfigVersionResponse,
  ListConfigsQuery,
  ListConfigVersionsQuery,
  PutConfigDto,
  RollbackConfigDto,
} from './configs.dto.js';
import { ConfigsService } from './configs.service.js';

/**
 * The tag of a config contains only its name, so configs with the same name in other environments become stale with
 * it.
 */
const CACHED = { resource: 'configs', source: 'postgres', idParam: 'name' } as const;

@ApiTags('configs')
@Controller('configs')
export class ConfigsController {
  constructor(private readonly configs: ConfigsService) {}

  @Get()
  @Cached({ resource: 'configs', source: 'postgres' })
  @ApiOperation({ summary: 'List configs by environment and name, without their contents' })
  @ZodResponse({ status: 200, type: ConfigPage })
  async list(@CurrentPrincipal() actor: Principal, @Query() query: ListConfigsQuery): Promise<ConfigPage> {
    const { limit, cursor, environment } = query;
    const found = await this.configs.list(actor, environment, limit, nameOf(cursor));
    return toPage(found, limit, toConfigSummary, (config) => [config.environment, config.name]);
  }

  @Put(':environment/:name')
  @AcceptsIfMatch()
  @BodyBounds({ depth: 90, members: Infinity })
  @ApiOperation({ summary: 'Put a config; a new version unless the content is equal to the current one' })
  @ZodResponse({ status: 200, type: ConfigResponse })
  @ApiResponse({ status: 201, type: ConfigResponse.Output, description: 'There was none under this name.' })
  async put(
    @CurrentPrincipal() actor: Principal,
    @Param() name: ConfigPath,
    @Body() { content }: PutConfigDto,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('if-match') ifMatch?: string,
  ): Promise<ConfigResponse> {
    const { config, isNew } = await this.configs.put(actor, name, content, ifMatch);
    if (isNew) void reply.status(201);
    return toConfigResponse(config);
  }

  @Get(':environment/:name')
  @Cached(CACHED)
  @ApiOperation({ summary: 'Read the current version of a config' })
  @ZodResponse({ status: 200, type: ConfigResponse })
  async get(@CurrentPrincipal() actor: Principal, @Param() name: ConfigPath): Promise<ConfigResponse> {
    return toConfigResponse(await this.configs.get(actor, name));
  }

  @Delete(':environment/:name')
  @HttpCode(204)
  @AcceptsIfMatch()
  @ApiOperation({ summary: 'Delete a config; its versions stay, and go on where the name is put again' })
  async delete(
    @CurrentPrincipal() actor: Principal,
    @Param() name: ConfigPath,
    @Headers('if-match') ifMatch?: string,
  ): Promise<void> {
    await this.configs.delete(actor, name, ifMatch);
  }

  @Get(':environment/:name/versions')
  @Cached(CACHED)
  @ApiOperation({ summary: 'Every version of a config, newest first, also of a deleted one' })
  @ZodResponse({ status: 200, type: ConfigVersionPage })
  async versions(
    @CurrentPrincipal() actor: Principal,
    @Param() name: ConfigPath,
    @Query() { limit, cursor }: ListConfigVersionsQuery,
  ): Promise<ConfigVersionPage> {
    const found = await this.configs.versions(actor, name, limit, versionBefore(cursor));
    return toPage(found, limit, toVersionResponse, ({ version }) => [String(version)]);
  }

  @Get(':environment/:name/versions/:version')
  @Cached(CACHED)
  @ApiOperation({ summary: 'Read one version of a config' })
  @ZodResponse({ status: 200, type: ConfigVersionResponse })
  async version(
    @CurrentPrincipal() actor: Principal,
    @Param() { version, ...name }: ConfigVersionPath,
  ): Promise<ConfigVersionResponse> {
    return toVersionResponse(await this.configs.version(actor, name, version));
  }

  @Get(':environment/:name/versions/:version/diff/:other')
  @Cached(CACHED)
  @ApiOperation({ summary: 'What changed from one version to another, as a JSON Patch' })
  @ZodResponse({ status: 200, type: ConfigDiffResponse })
  async diff(
    @CurrentPrincipal() actor: Principal,
    @Param() { version: from, other: to, ...name }: ConfigDiffPath,
  ): Promise<ConfigDiffResponse> {
    const patch = await this.configs.diff(actor, name, from, to);
    return { from, to, patch: patch.map((operation) => ({ ...operation })) };
  }

  @Post(':environment/:name/rollback')
  @HttpCode(200)
  @AcceptsIfMatch()
  @ApiOperation({ summary: 'Bring the content of an earlier version back, as a new version' })
  @ZodResponse({ status: 200, type: ConfigResponse })
  async rollBack(
    @CurrentPrincipal() actor: Principal,
    @Param() name: ConfigPath,
    @Body() { version }: RollbackConfigDto,
    @Headers('if-match') ifMatch?: string,
  ): Promise<ConfigResponse> {
    return toConfigResponse(await this.configs.rollBack(actor, name, version, ifMatch));
  }
}

function nameOf(cursor: string | undefined): ConfigPath | null {
  if (cursor === undefined) return null;
  const [environment, name] = decodeCursor(cursor, ['text', 'text']);
  return { environment, name };
}

const versionBefore = (cursor: string | undefined): number | null =>
  cursor === undefined ? null : Number(decodeCursor(cursor, ['integer'])[0]);
