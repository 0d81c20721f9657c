import { Controller, Get, Header, HttpStatus, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';

import { NoCache } from '../../cache/cached.decorator.js';
import { Public } from '../../common/http/public.decorator.js';
import { Unprefixed } from '../../common/http/route-prefix.js';
import { StoreFallback } from '../../flows/fallback/store-fallback.js';
import { DatabaseHealth } from './database-health.js';
import {
  DatabaseHealthResponse,
  DualHealthResponse,
  HealthResponse,
  LiveResponse,
  ReadyResponse,
} from './health.dto.js';
import { Readiness } from './readiness.js';
import { healthStatus, type HealthStatus, StoreHealth } from './store-health.js';

const MESSAGES: Readonly<Record<HealthStatus, string>> = {
  healthy: 'All databases operational',
  degraded: 'A database does not answer; what does not need it still works.',
  unhealthy: 'Neither PostgreSQL nor MongoDB answers; only cached reads work.',
};

const setStatus = (reply: FastifyReply, isFine: boolean): unknown =>
  reply.status(isFine ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE);

/** Health for load balancers, orchestrators and people, outside the API's prefix and without a credential. */
@ApiTags('operation')
@Controller()
@Unprefixed()
@Public()
export class HealthController {
  constructor(
    private readonly stores: StoreHealth,
    private readonly database: DatabaseHealth,
    private readonly readiness: Readiness,
    private readonly fallback: StoreFallback,
  ) {}

  @Get('health')
  @NoCache('says how the stores are now')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'How the three stores are; 503 when neither PostgreSQL nor MongoDB answers' })
  @ApiResponse({ status: 200, type: HealthResponse.Output, description: 'Healthy or degraded.' })
  @ApiResponse({ status: 503, type: HealthResponse.Output, description: 'Unhealthy.' })
  async health(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthResponse> {
    const checks = await this.stores.check();
    const status = healthStatus(checks);
    setStatus(reply, status !== 'unhealthy');
    return { status, layer: '8-polyglot-persistence', databases: ['PostgreSQL', 'MongoDB', 'Redis'], checks };
  }

  @Get('api/health')
  @NoCache('says how the stores are now')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'How the two databases of record are' })
  @ApiResponse({ status: 200, type: DualHealthResponse.Output, description: 'Healthy or degraded.' })
  @ApiResponse({ status: 503, type: DualHealthResponse.Output, description: 'Unhealthy.' })
  async dualHealth(@Res({ passthrough: true }) reply: FastifyReply): Promise<DualHealthResponse> {
    const [checks, databases] = await Promise.all([this.stores.check(), this.fallback.checkDatabaseHealth()]);
    const status = healthStatus(checks);
    setStatus(reply, status !== 'unhealthy');
    return { status, databases, message: MESSAGES[status] };
  }

  @Get('health/database')
  @NoCache('says how the stores are now')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'A round trip to each store, as Terminus reports it; 503 when one is down' })
  @ApiResponse({ status: 200, type: DatabaseHealthResponse.Output, description: 'All are up.' })
  @ApiResponse({ status: 503, type: DatabaseHealthResponse.Output, description: 'At least one is down.' })
  async databaseHealth(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const { isUp, body } = await this.database.report();
    setStatus(reply, isUp);
    return body;
  }

  @Get('health/live')
  @NoCache('says that this process answers')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Whether this process answers at all; asks no store' })
  @ApiResponse({ status: 200, type: LiveResponse.Output, description: 'It does.' })
  live(): LiveResponse {
    return { status: 'live', uptime_seconds: Math.round(process.uptime() * 1_000) / 1_000 };
  }

  @Get('health/ready')
  @NoCache('says how the stores are now')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Whether this process can serve: a database of record answers, migrations are applied',
  })
  @ApiResponse({ status: 200, type: ReadyResponse.Output, description: 'It can.' })
  @ApiResponse({ status: 503, type: ReadyResponse.Output, description: 'It cannot.' })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadyResponse> {
    const { isReady, body } = await this.readiness.report();
    setStatus(reply, isReady);
    return body;
  }
}
