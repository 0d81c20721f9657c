import { Controller, Get, Header, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';

import { NoCache } from '../../cache/cached.decorator.js';
import { Public } from '../../common/http/public.decorator.js';
import { Unprefixed } from '../../common/http/route-prefix.js';
import { MetricsRegistry } from './metrics-registry.js';
import { MetricsTokenGuard } from './metrics-token.guard.js';

const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * The endpoint for Prometheus. Every value is read within a time limit, so a scrape is answered whichever store is
 * down.
 */
@ApiTags('operation')
@Controller('metrics')
@Unprefixed()
@Public()
export class MetricsController {
  constructor(private readonly metrics: MetricsRegistry) {}

  @Get()
  @NoCache('figures of this moment')
  @UseGuards(MetricsTokenGuard)
  @Header('content-type', CONTENT_TYPE)
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Figures in the text format of Prometheus; needs METRICS_TOKEN where that is set',
  })
  @ApiBearerAuth('metrics')
  @ApiProduces('text/plain')
  @ApiResponse({
    status: 200,
    description: 'One line for each figure.',
    content: {
      'text/plain': { schema: { type: 'string' }, example: 'triptych_store_up{store="postgres"} 1\n' },
    },
  })
  scrape(): Promise<string> {
    return this.metrics.registry.metrics();
  }
}
