import { randomBytes } from 'node:crypto';

import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import { newId } from '../../src/common/ids/ids.js';
import { Postgres } from '../../src/stores/postgres/postgres.js';

export interface SeededPlan {
  id: string;
  code: string;
}

export interface PlanOptions {
  code?: string;
  price?: string;
  currency?: string;
  interval?: 'month' | 'year';
  entryLimit?: number | null;
  isActive?: boolean;
}

/** A plan, written past the service, so that a test starts without events of its own. */
export async function seedPlan(app: NestFastifyApplication, options: PlanOptions = {}): Promise<SeededPlan> {
  const {
    price = '30.00',
    currency = 'EUR',
    interval = 'month',
    entryLimit = null,
    isActive = true,
  } = options;
  const id = newId();
  const code = options.code ?? `plan-${randomBytes(6).toString('hex')}`;
  await app.get(Postgres).sql`
    insert into plans (id, code, name, price, currency, interval, entry_limit, limits, is_active)
    values (${id}, ${code}, 'Plan', ${price}, ${currency}, ${interval}, ${entryLimit}, '{}', ${isActive})`;
  return { id, code };
}
