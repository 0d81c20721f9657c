import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { NoCache } from '../../cache/cached.decorator.js';
import { matchesNone } from '../../common/http/etag.js';
import { Public } from '../../common/http/public.decorator.js';
import { Unprefixed } from '../../common/http/route-prefix.js';
import { type DashboardFile, DashboardFiles } from './dashboard-files.js';

const text = (example: string) => ({ schema: { type: 'string' }, example });
const NOT_MODIFIED = 'Not modified: the ETag in If-None-Match is still the current one.';
const A_YEAR = 'public, max-age=31536000, immutable';

/** The dashboard's page and its files. The page gets its data from the routes that all clients use. */
@ApiTags('operation')
@Controller('admin')
@Unprefixed()
@Public()
export class DashboardController {
  constructor(private readonly files: DashboardFiles) {}

  @Get()
  @NoCache('a file of the build')
  @ApiOperation({ summary: 'The dashboard, for a browser' })
  @ApiProduces('text/html')
  @ApiResponse({ status: 200, description: 'The page.', content: { 'text/html': text('<!doctype html>…') } })
  @ApiResponse({ status: 304, description: NOT_MODIFIED })
  @ApiResponse({ status: 404, description: 'The dashboard was not built.' })
  async page(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer | undefined> {
    return answer(request, reply, await this.files.page(), 'no-cache');
  }

  @Get('assets/:name')
  @NoCache('a file of the build')
  @ApiOperation({ summary: 'A script or style of the dashboard; its name changes with its content' })
  @ApiProduces('text/javascript', 'text/css', 'image/svg+xml')
  @ApiResponse({
    status: 200,
    description: 'The file.',
    content: {
      'text/javascript': text('export {};'),
      'text/css': text('body{}'),
      'image/svg+xml': text('<svg/>'),
    },
  })
  @ApiResponse({ status: 304, description: NOT_MODIFIED })
  @ApiResponse({ status: 404, description: 'There is no such file.' })
  async asset(
    @Param('name') name: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer | undefined> {
    return answer(request, reply, await this.files.asset(name), A_YEAR);
  }
}

function answer(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  file: DashboardFile,
  cacheControl: string,
): Buffer | undefined {
  void reply.headers({ 'cache-control': cacheControl, etag: file.etag, vary: 'accept-encoding' });
  if (matchesNone(headers['if-none-match'] ?? '', file.etag)) {
    void reply.status(304);
    return undefined;
  }
  void reply.type(file.type);
  if (!/\bgzip\b/.test(String(headers['accept-encoding'] ?? ''))) return file.plain;
  void reply.header('content-encoding', 'gzip');
  return file.gzipped;
}
