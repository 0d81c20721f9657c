import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from 'drizzle-orm';

import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { StatementTooSlow } from '../../../src/stores/statement-too-slow.js';
import { eventually } from '../../support/eventually.js';
import { createTestApp, type TestApp } from '../../support/test-app.js';

const POOL = 4;

describe('a statement that takes too long', () => {
  let t: TestApp;
  let postgres: Postgres;
  beforeAll(async () => {
    t = await createTestApp({ DATABASE_STATEMENT_TIMEOUT: '1s', DATABASE_POOL_MAX: String(POOL) });
    postgres = t.app.get(Postgres);
  });
  afterAll(() => t.close());

  it('is ended, also where as many as there are connections do, and others are answered again', async () => {
    const slow = Array.from({ length: POOL }, () =>
      postgres.run((db) => db.execute(sql`select pg_sleep(60)`)),
    );
    const ended = await Promise.allSettled(slow);
    for (const result of ended)
      expect(result).toMatchObject({ status: 'rejected', reason: expect.any(StatementTooSlow) });
    const listed = await eventually(
      () => t.request('GET', '/api/v1/users?limit=1'),
      ({ status }) => status !== 503,
    );
    expect(listed.status).toBe(200);
    expect(postgres.liveness.isUp).toBe(true);
  });

  it('is named as such within an idempotent request, too', async () => {
    const asked = postgres.ambientTransaction(() =>
      postgres.transaction((tx) => tx.execute(sql`select pg_sleep(30)`)),
    );
    await expect(asked).rejects.toThrow(StatementTooSlow);
  });

  it('is not, where it may take its time', async () => {
    await expect(postgres.unbounded((tx) => tx.execute(sql`select pg_sleep(1.5)`))).resolves.toBeDefined();
    // The next one on the same connection is bounded again.
    await expect(
      Promise.all(
        Array.from({ length: POOL }, () => postgres.run((db) => db.execute(sql`select pg_sleep(30)`))),
      ),
    ).rejects.toThrow(StatementTooSlow);
  });
});
