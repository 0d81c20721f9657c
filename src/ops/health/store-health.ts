import { Injectable } from '@nestjs/common';

import type { Liveness } from '../../stores/liveness.js';
import { Mongo } from '../../stores/mongo/mongo.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { Redis } from '../../stores/redis/redis.js';
import { RedisLimits } from './redis-limits.js';
import { within } from '../../common/time/within.js';

/** The result of one ping. `mode` names what replaces a store that is not configured. */
export interface StoreCheck {
  status: 'up' | 'down';
  latency_ms: number;
  mode?: 'in-process';
  /** Why the service cannot use a store that answers. */
  reason?: string;
}

/** A check that another caller began may have the longer budget of a first connection. */
const CHECK_BUDGET_MS = 1_200;

export interface StoreChecks {
  postgres: StoreCheck;
  mongodb: StoreCheck;
  redis: StoreCheck;
}

export type HealthStatus = 'healthy' | 'degraded' | 'unhealthy';

/** `unhealthy`: neither store of record answers. `degraded`: any of the three does not answer, or cannot be used. */
export function healthStatus({ postgres, mongodb, redis }: StoreChecks): HealthStatus {
  if (postgres.status === 'down' && mongodb.status === 'down') return 'unhealthy';
  return [postgres, mongodb, redis].every(({ status, reason }) => status === 'up' && reason === undefined)
    ? 'healthy'
    : 'degraded';
}

/** Asks the three stores at once, each by a real round trip that its liveness limits to about 100 ms. Never rejects. */
@Injectable()
export class StoreHealth {
  constructor(
    private readonly postgresStore: Postgres,
    private readonly mongoStore: Mongo,
    private readonly redisStore: Redis,
    private readonly limits: RedisLimits,
  ) {}

  async check(): Promise<StoreChecks> {
    const [postgres, mongodb, redis] = await Promise.all([this.postgres(), this.mongodb(), this.redis()]);
    return { postgres, mongodb, redis };
  }

  postgres(): Promise<StoreCheck> {
    return ping(this.postgresStore.liveness);
  }

  mongodb(): Promise<StoreCheck> {
    return ping(this.mongoStore.liveness);
  }

  /** Without a Redis the cache is part of this process, so it is available while the process answers. */
  async redis(): Promise<StoreCheck> {
    if (!this.redisStore.isConfigured) return { status: 'up', latency_ms: 0, mode: 'in-process' };
    // At once, because each further round trip of a busy process takes a whole turn of its event loop.
    const [check, reason] = await Promise.all([
      ping(this.redisStore.liveness),
      within(this.limits.reason(), CHECK_BUDGET_MS),
    ]);
    return check.status === 'up' && reason ? { ...check, reason } : check;
  }
}

async function ping(liveness: Liveness): Promise<StoreCheck> {
  const startedAt = performance.now();
  const isUp = (await within(liveness.check(), CHECK_BUDGET_MS)) ?? false;
  return { status: isUp ? 'up' : 'down', latency_ms: Math.round((performance.now() - startedAt) * 10) / 10 };
}
