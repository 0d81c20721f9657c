import { Body, Controller, Get, HttpCode, Param, Post, Put, Query, Headers } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';

import { Cached } from '../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import { decodeCursor, toPage } from '../../common/http/page.js';
import type { Principal } from '../../common/http/principal.js';
import { AcceptsIfMatch } from '../../common/http/route-docs.js';
import { parseEnvironment } from './environment-name.js';
import { IdempotencyOf, IdempotentBy } from '../idempotency/documents/idempotent-by.decorator.js';
import type { IdempotentRequest } from '../idempotency/documents/idempotent-request.js';
import { FEATURE_FLAGS_COLLECTION } from './feature-flag.schema.js';
import { toFeatureResponse, toVersionResponse } from './feature.response.js';
import {
  FeatureResponse,
  FeatureVersionPage,
  ListVersionsQuery,
  RollbackFeatureDto,
} from './features.dto.js';
import { FeaturesService } from './features.service.js';
import { toEnvironment } from './flag-input.js';
import { EnvironmentDto } from './flag.dto.js';

@ApiTags('features')
@Controller('features/:key')
export class FeatureVersionsController {
  constructor(private readonly features: FeaturesService) {}

  @Put('environments/:environment')
  @AcceptsIfMatch()
  @ApiOperation({ summary: 'Set a feature flag in one environment' })
  @ZodResponse({ status: 200, type: FeatureResponse })
  async replaceEnvironment(
    @CurrentPrincipal() actor: Principal,
    @Param('key') key: string,
    @Param('environment') environment: string,
    @Body() body: EnvironmentDto,
    @Headers('if-match') ifMatch?: string,
  ): Promise<FeatureResponse> {
    const name = parseEnvironment(environment);
    return toFeatureResponse(
      await this.features.replaceEnvironment(actor, key, name, toEnvironment(body), ifMatch),
    );
  }

  @Get('history')
  @Cached({ resource: 'features', source: 'mongodb', idParam: 'key' })
  @ApiOperation({ summary: 'List the changes of a feature flag, newest first' })
  @ZodResponse({ status: 200, type: FeatureVersionPage })
  async history(
    @CurrentPrincipal() actor: Principal,
    @Param('key') key: string,
    @Query() { limit, cursor }: ListVersionsQuery,
  ): Promise<FeatureVersionPage> {
    const before = cursor === undefined ? null : versionOf(cursor);
    const versions = await this.features.history(actor, key, limit, before);
    return toPage(versions, limit, toVersionResponse, ({ version }) => [String(version)]);
  }

  @Post('rollback')
  @IdempotentBy(FEATURE_FLAGS_COLLECTION)
  @HttpCode(200)
  @ApiOperation({ summary: 'Make an older version of a feature flag its newest one' })
  @ZodResponse({ status: 200, type: FeatureResponse })
  async rollback(
    @CurrentPrincipal() actor: Principal,
    @Param('key') key: string,
    @Body() { version }: RollbackFeatureDto,
    @IdempotencyOf() request: IdempotentRequest | null,
  ): Promise<FeatureResponse> {
    return toFeatureResponse(await this.features.rollback(actor, key, version, request));
  }
}

const versionOf = (cursor: string): number => Number(decodeCursor(cursor, ['integer'])[0]);
