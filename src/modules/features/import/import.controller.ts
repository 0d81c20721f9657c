import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';

import { NoCache } from '../../../cache/cached.decorator.js';
import { BodyBounds } from '../../../common/http/body/body-bounds.decorator.js';
import { CurrentPrincipal } from '../../../common/http/current-principal.js';
import type { Principal } from '../../../common/http/principal.js';
import { environmentOfCaller } from '../flag-environment.js';
import { ExportService } from './export.service.js';
import { EnvironmentQuery, ExportResponse, ImportDto, ImportResponse } from './import.dto.js';
import { ImportService } from './import.service.js';
import { planOf } from './import-plan.js';

const IMPORT_BYTES = 16 * 1_048_576;

@ApiTags('features')
@Controller('features')
export class ImportController {
  constructor(
    private readonly imports: ImportService,
    private readonly exports: ExportService,
  ) {}

  @Post('import')
  @HttpCode(200)
  @BodyBounds({ bytes: IMPORT_BYTES, members: Infinity })
  @ApiOperation({ summary: 'Import feature flags and segments from Unleash; nothing is removed' })
  @ZodResponse({ status: 200, type: ImportResponse })
  async import(
    @CurrentPrincipal() actor: Principal,
    @Query() { environment }: EnvironmentQuery,
    @Body() body: ImportDto,
  ): Promise<ImportResponse> {
    return this.imports.import(actor, planOf(body, environment, environmentOfCaller(actor)));
  }

  @Get('export')
  @NoCache({
    because: 'the flags are in memory, and the default environment is the caller’s',
    source: 'mongodb',
  })
  @ApiOperation({ summary: 'Export feature flags and segments as the client document of Unleash' })
  @ZodResponse({ status: 200, type: ExportResponse })
  async export(
    @CurrentPrincipal() actor: Principal,
    @Query() { environment }: EnvironmentQuery,
  ): Promise<ExportResponse> {
    return this.exports.export(actor, environment ?? environmentOfCaller(actor));
  }
}
