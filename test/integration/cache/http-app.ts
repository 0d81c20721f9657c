import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Header,
  Injectable,
  Module,
  Param,
  Post,
  Query,
  Res,
  StreamableFile,
  type Type,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { CacheModule } from '../../../src/cache/cache.module.js';
import { Cached, NoCache } from '../../../src/cache/cached.decorator.js';
import { CacheStats } from '../../../src/cache/cache-stats.js';
import { RedisTier } from '../../../src/cache/redis/redis-tier.js';
import { SharedTier } from '../../../src/cache/shared-tier.js';
import { TaggedCache } from '../../../src/cache/tagged-cache.js';
import { CommonModule } from '../../../src/common/common.module.js';
import { Conflict, NotFound } from '../../../src/common/errors/kinds.js';
import { CurrentPrincipal } from '../../../src/common/http/current-principal.js';
import { pageQuery } from '../../../src/common/http/page.js';
import type { Principal } from '../../../src/common/http/principal.js';
import { Public } from '../../../src/common/http/public.decorator.js';
import { Clock } from '../../../src/common/time/clock.js';
import { ConfigModule } from '../../../src/config/config.module.js';
import { RedisModule } from '../../../src/stores/redis/redis.module.js';
import { Redis } from '../../../src/stores/redis/redis.js';
import { configFor, PATIENT } from './cache-instance.js';

class ListThings extends createZodDto(z.strictObject({ ...pageQuery, color: z.string().optional() })) {}

class ThingTaken extends Conflict {
  code = 'things.taken';
}

class NoThing extends NotFound {
  override code = 'things.not_found';
}

/** What the routes below read and write, and how often. */
@Injectable()
export class Things {
  readonly byId = new Map<string, { id: string; name: string }>();
  loads = 0;
  fault: Error | null = null;

  load<T>(read: () => T): T {
    this.loads += 1;
    if (this.fault) throw this.fault;
    return read();
  }
}

@Controller('things')
export class ThingsController {
  constructor(
    private readonly things: Things,
    private readonly cache: TaggedCache,
  ) {}

  @Get()
  @Cached({ resource: 'things', source: 'postgres' })
  list(@CurrentPrincipal() actor: Principal, @Query() query: ListThings): object {
    return this.things.load(() => ({ for: actor.userId, query, data: [...this.things.byId.values()] }));
  }

  @Get('mine')
  @Cached({ resource: 'mine', source: 'mongodb', ttlMs: 10_000, tags: ({ userId }) => [`users:${userId}`] })
  @Header('x-fixed', 'yes')
  mine(@CurrentPrincipal() actor: Principal, @Res({ passthrough: true }) reply: FastifyReply): object {
    void reply.header('link', '</things>; rel="up"').header('x-data-source', 'postgres-fallback');
    return this.things.load(() => ({
      you: actor.userId,
      role: actor.role,
      scopes: actor.scopes,
      org: actor.orgId,
    }));
  }

  @Get('taken')
  @Cached({ resource: 'things', source: 'postgres' })
  taken(): object {
    return this.things.load(() => {
      throw new ThingTaken('It is taken.');
    });
  }

  @Get('broken')
  @Cached({ resource: 'things', source: 'postgres' })
  broken(): object {
    return this.things.load(() => {
      throw new Error('nobody expected this');
    });
  }

  @Get('named')
  @Cached({ resource: 'things', source: 'postgres' })
  named(@Query('color') color?: string): object {
    return this.things.load(() => ({ color: color ?? null }));
  }

  @Get('export')
  @NoCache('a stream')
  export(): StreamableFile {
    return new StreamableFile(Buffer.from('a,b\n'), { type: 'text/csv' });
  }

  @Get('live')
  @NoCache('changes with every request')
  live(): object {
    return { loads: this.things.loads };
  }

  @Get('health')
  @Public()
  @NoCache('says how it is now')
  health(): object {
    return { status: 'ok' };
  }

  @Get('plans')
  @Public()
  @Cached({ resource: 'plans', source: 'postgres' })
  plans(): object {
    return this.things.load(() => ({ plans: [] }));
  }

  @Get(':id')
  @Cached({ resource: 'things', source: 'postgres' })
  get(@Param('id') id: string): object {
    const thing = this.things.load(() => this.things.byId.get(id));
    if (!thing) throw new NoThing('There is no such thing.');
    return thing;
  }

  @Post(':id/:name')
  async put(
    @CurrentPrincipal() { orgId }: Principal,
    @Param('id') id: string,
    @Param('name') name: string,
  ): Promise<object> {
    this.things.byId.set(id, { id, name });
    const isTold = await this.cache.invalidate([`o:${orgId}:things`, `o:${orgId}:things:${id}`]);
    return { isTold };
  }
}

@Controller('forgotten')
export class ForgottenController {
  @Get(':id/parts')
  parts(): object {
    return {};
  }

  @Get('unbounded')
  @Cached({ resource: 'things', source: 'postgres' })
  unbounded(@Query() query: Record<string, string>): object {
    return query;
  }

  @Get('both')
  @Cached({ resource: 'things', source: 'postgres' })
  @NoCache('and yet')
  both(): object {
    return {};
  }
}

/** Takes the principal from headers: `x-user`, `x-role`, `x-org`, and for an API key `x-key`, `x-scopes`. */
class HeaderGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const header = (name: string): string | null => (request.headers[name] as string | undefined) ?? null;
    const apiKeyId = header('x-key');
    request.principal = {
      kind: apiKeyId === null ? 'user' : 'api_key',
      orgId: header('x-org') ?? 'acme',
      userId: header('x-user') ?? 'alice',
      role: header('x-role') === 'viewer' ? 'viewer' : 'owner',
      platformRole: 'user',
      sessionId: null,
      apiKeyId,
      scopes: header('x-scopes')?.split(',') ?? null,
      flagEnvironment: null,
    };
    return true;
  }
}

/** A small real application around the cache's own module. */
export async function startHttpApp(
  redisUrl: string | null,
  prefix: string,
  clock: Clock,
  controllers: Type[] = [ThingsController],
): Promise<{ app: NestFastifyApplication; things: Things }> {
  @Module({
    imports: [ConfigModule.forRoot(configFor(redisUrl, prefix)), CommonModule, RedisModule, CacheModule],
    controllers,
    providers: [Things, { provide: APP_GUARD, useClass: HeaderGuard }],
  })
  class HttpApp {}

  const build = Test.createTestingModule({ imports: [HttpApp] })
    .overrideProvider(Clock)
    .useValue(clock);
  if (redisUrl !== null) {
    build.overrideProvider(SharedTier).useFactory({
      inject: [Redis, CacheStats],
      factory: (redis: Redis, stats: CacheStats) => new RedisTier(redis, prefix, stats, PATIENT),
    });
  }
  const module = await build.compile();
  const app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return { app, things: app.get(Things) };
}
