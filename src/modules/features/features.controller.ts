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
  Put,
  Query,
  Res,
} from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ZodResponse } from 'nestjs-zod';

import { Cached } from '../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import { decodeCursor, toPage } from '../../common/http/page.js';
import type { Principal } from '../../common/http/principal.js';
import { AcceptsIfMatch } from '../../common/http/route-docs.js';
import { IdempotencyOf, IdempotentBy } from '../idempotency/documents/idempotent-by.decorator.js';
import type { IdempotentRequest } from '../idempotency/documents/idempotent-request.js';
import { FEATURE_FLAGS_COLLECTION } from './feature-flag.schema.js';
import { toFeatureResponse } from './feature.response.js';
import { FeaturePage, FeatureResponse, ListFeaturesQuery } from './features.dto.js';
import { assertSameKey, FeaturesService } from './features.service.js';
import { toConfig } from './flag-input.js';
import { CreateFeatureDto, PatchFeatureDto, ReplaceFeatureDto } from './flag.dto.js';

@ApiTags('features')
@Controller('features')
export class FeaturesController {
  constructor(private readonly features: FeaturesService) {}

  @Post()
  @IdempotentBy(FEATURE_FLAGS_COLLECTION)
  @ApiOperation({ summary: 'Create a feature flag' })
  @ZodResponse({ status: 201, type: FeatureResponse })
  async create(
    @CurrentPrincipal() actor: Principal,
    @Body() { key, ...config }: CreateFeatureDto,
    @IdempotencyOf() request: IdempotentRequest | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<FeatureResponse> {
    const flag = await this.features.create(actor, key, toConfig(config), request);
    void reply.header('location', `/api/v1/features/${encodeURIComponent(key)}`);
    return toFeatureResponse(flag);
  }

  @Get()
  @Cached({ resource: 'features', source: 'mongodb' })
  @ApiOperation({ summary: 'List the feature flags of your organisation, newest first' })
  @ZodResponse({ status: 200, type: FeaturePage })
  async list(@CurrentPrincipal() actor: Principal, @Query() query: ListFeaturesQuery): Promise<FeaturePage> {
    const { limit, cursor, tag, ...filter } = query;
    const [afterId] = cursor === undefined ? [null] : decodeCursor(cursor, ['id']);
    const flags = await this.features.list(actor, { ...filter, tags: tag }, limit, afterId);
    return toPage(flags, limit, toFeatureResponse, ({ _id }) => [_id]);
  }

  @Get(':key')
  @Cached({ resource: 'features', source: 'mongodb', idParam: 'key' })
  @ApiOperation({ summary: 'Read a feature flag' })
  @ZodResponse({ status: 200, type: FeatureResponse })
  async get(@CurrentPrincipal() actor: Principal, @Param('key') key: string): Promise<FeatureResponse> {
    return toFeatureResponse(await this.features.get(actor, key));
  }

  @Put(':key')
  @AcceptsIfMatch()
  @ApiOperation({ summary: 'Replace a feature flag' })
  @ZodResponse({ status: 200, type: FeatureResponse })
  async replace(
    @CurrentPrincipal() actor: Principal,
    @Param('key') key: string,
    @Body() { key: given, ...config }: ReplaceFeatureDto,
    @Headers('if-match') ifMatch?: string,
  ): Promise<FeatureResponse> {
    assertSameKey(given, key);
    return toFeatureResponse(await this.features.replace(actor, key, toConfig(config), ifMatch));
  }

  @Patch(':key')
  @AcceptsIfMatch()
  @ApiOperation({ summary: 'Change parts of a feature flag' })
  @ZodResponse({ status: 200, type: FeatureResponse })
  async update(
    @CurrentPrincipal() actor: Principal,
    @Param('key') key: string,
    @Body() patch: PatchFeatureDto,
    @Headers('if-match') ifMatch?: string,
  ): Promise<FeatureResponse> {
    return toFeatureResponse(await this.features.patch(actor, key, patch, ifMatch));
  }

  @Delete(':key')
  @HttpCode(204)
  @AcceptsIfMatch()
  @ApiOperation({ summary: 'Delete a feature flag and its history' })
  async delete(
    @CurrentPrincipal() actor: Principal,
    @Param('key') key: string,
    @Headers('if-match') ifMatch?: string,
  ): Promise<void> {
    await this.features.delete(actor, key, ifMatch);
  }

  @Post(':key/archive')
  @IdempotentBy(FEATURE_FLAGS_COLLECTION)
  @HttpCode(200)
  @ApiOperation({ summary: 'Archive a feature flag: it is not evaluated any more' })
  @ZodResponse({ status: 200, type: FeatureResponse })
  async archive(
    @CurrentPrincipal() actor: Principal,
    @Param('key') key: string,
    @IdempotencyOf() request: IdempotentRequest | null,
  ): Promise<FeatureResponse> {
    return toFeatureResponse(await this.features.archive(actor, key, request));
  }
}
