import { Controller, Get, HttpCode, Param, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ZodResponse } from 'nestjs-zod';

import { NoCache } from '../../cache/cached.decorator.js';
import { StreamsBody } from '../../common/http/body/streamed-bodies.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import type { Principal } from '../../common/http/principal.js';
import { RateCost } from '../../common/http/rate-cost.decorator.js';
import { toImportResponse } from './import.response.js';
import { CreateImportQuery, ImportRequestResponse } from './imports.dto.js';
import { FileMissing } from './imports.errors.js';
import { ImportsService } from './imports.service.js';
import { UploadGuard } from './upload.guard.js';

@ApiTags('imports')
@Controller('imports')
export class ImportsController {
  constructor(private readonly imports: ImportsService) {}

  @Post()
  @HttpCode(202)
  @RateCost(10)
  @StreamsBody('application/json', 'application/zip')
  @UseGuards(UploadGuard)
  @ApiOperation({ summary: 'Bring an export along, up to 256 MiB: the file is the body' })
  @ApiConsumes('application/json', 'application/zip')
  @ApiBody({
    schema: {
      description: 'A file that `exports` has written.',
      example: { format: 'triptych-export', version: 1, entries: [] },
    },
  })
  @ZodResponse({ status: 202, type: ImportRequestResponse })
  async create(
    @CurrentPrincipal() actor: Principal,
    @Query() { dry_run: isDryRun = false }: CreateImportQuery,
    @Req() { upload }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ImportRequestResponse> {
    if (!upload) throw new FileMissing();
    const request = await this.imports.create(actor, upload, isDryRun);
    void reply.header('location', `/api/v1/imports/${request.id}`);
    return toImportResponse(request);
  }

  @Get(':id')
  @NoCache({ because: 'it changes while it is imported', source: 'postgres' })
  @ApiOperation({ summary: 'How far an import of yours is, and what became of its items' })
  @ZodResponse({ status: 200, type: ImportRequestResponse })
  async get(@CurrentPrincipal() actor: Principal, @Param('id') id: string): Promise<ImportRequestResponse> {
    return toImportResponse(await this.imports.get(actor, id));
  }
}
