import {
  Body,
  Controller,
  Get,
  Headers,
  HttpCode,
  Param,
  Post,
  Res,
  type StreamableFile,
} from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ZodResponse } from 'nestjs-zod';

import { NoCache } from '../../cache/cached.decorator.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import type { Principal } from '../../common/http/principal.js';
import { RateCost } from '../../common/http/rate-cost.decorator.js';
import { Streamed } from '../../common/http/streamed.js';
import { ExportDownloads } from './export-downloads.service.js';
import { toExportResponse } from './export.response.js';
import { CreateExportDto, ExportRequestResponse } from './exports.dto.js';
import { ExportsService } from './exports.service.js';

@ApiTags('exports')
@Controller('exports')
export class ExportsController {
  constructor(
    private readonly exports: ExportsService,
    private readonly downloads: ExportDownloads,
  ) {}

  @Post()
  @HttpCode(202)
  @RateCost(10)
  @ApiOperation({ summary: 'Have everything of yours written into a file' })
  @ZodResponse({ status: 202, type: ExportRequestResponse })
  async create(
    @CurrentPrincipal() actor: Principal,
    @Body() body: CreateExportDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExportRequestResponse> {
    const request = await this.exports.create(actor, body);
    void reply.header('location', `/api/v1/exports/${request.id}`);
    return toExportResponse(request);
  }

  @Get(':id')
  @NoCache({ because: 'it changes while it is written', source: 'postgres' })
  @ApiOperation({ summary: 'How far an export of yours is' })
  @ZodResponse({ status: 200, type: ExportRequestResponse })
  async get(@CurrentPrincipal() actor: Principal, @Param('id') id: string): Promise<ExportRequestResponse> {
    return toExportResponse(await this.exports.get(actor, id));
  }

  @Get(':id/download')
  @NoCache('a file of any length')
  @ApiOperation({
    summary: 'The file of a completed export; `Range` goes on with a download that was cut off',
  })
  @ApiHeader({ name: 'Range', required: false, description: '`bytes=1000-`: one range.' })
  @ApiHeader({
    name: 'If-Range',
    required: false,
    description: 'The ETag: the whole file where it is another.',
  })
  // Above the stream's own decorator, so that it stands.
  @ApiResponse({
    status: 200,
    description: 'The file.',
    content: {
      'application/json': { schema: { type: 'object' }, example: { format: 'triptych-export', version: 1 } },
      'application/zip': { schema: { type: 'string', format: 'binary' }, example: 'PK' },
    },
  })
  @Streamed('The file.', {
    'application/json': '{"format":"triptych-export","version":1}',
    'application/zip': 'PK',
  })
  @ApiResponse({
    status: 206,
    description: 'The part that `Range` asks for.',
    content: {
      'application/json': { schema: { description: 'A part of the text.' }, example: '{"format":' },
      'application/zip': { schema: { type: 'string' } },
    },
  })
  @ApiResponse({
    status: 304,
    description: 'Not modified: the ETag in If-None-Match is still the current one.',
  })
  @ApiResponse({ status: 409, description: 'It is not completed.' })
  @ApiResponse({ status: 416, description: 'The range begins beyond the end.' })
  download(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Headers() headers: Record<string, string | undefined>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    return this.downloads.send(actor, id, headers, reply);
  }
}
