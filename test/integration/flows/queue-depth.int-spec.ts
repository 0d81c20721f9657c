import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { OutboxStats } from '../../../src/flows/outbox/outbox-stats.js';
import { COUNTED_ROWS, weighedRows } from '../../../src/flows/queue/queue-depth.js';
import { plannedForLongQueue } from '../../../src/flows/queue/queue-statements.js';
import { SpoolStats } from '../../../src/flows/spool/spool-stats.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { createTestStores, Flows, type TestStores } from './support/flows-harness.js';

const DEEP = 60_000;

describe('the depth of a queue', () => {
  let stores: TestStores;
  let flows: Flows;
  beforeAll(async () => {
    stores = await createTestStores();
    flows = await Flows.start(stores, { env: { PROCESS_ROLE: 'api' } });
  });
  afterAll(async () => {
    await flows.close();
    await stores.drop();
  });

  /** A third backs off, and of the others one in ten is leased. */
  const addEvents = (count: number) => flows.get(Postgres).sql`
    insert into outbox_queue (event_id, aggregate, available_at, lease_owner, is_invalidated)
    select gen_random_uuid(), 'user:' || n, now() + case when n % 3 = 0 or n % 10 = 1 then 1 else -1 end * interval '1 hour',
      case when n % 3 <> 0 and n % 10 = 1 then gen_random_uuid() end, true
    from generate_series(1, ${count}::int) as n`;

  it('is exact while it can be counted', async () => {
    await addEvents(COUNTED_ROWS);
    const { ready, leased, backingOff } = await flows.get(OutboxStats).states();
    expect(await flows.get(OutboxStats).snapshot()).toMatchObject({ pending: COUNTED_ROWS });
    expect({ ready, leased, backingOff }).toEqual({ ready: 3_000, leased: 334, backingOff: 1_666 });
  });

  it('is estimated beyond, also behind a gap, without a count of all rows', async () => {
    const { sql } = flows.get(Postgres);
    await addEvents(DEEP - COUNTED_ROWS);
    // Every second event of the older half was delivered.
    await sql`delete from outbox_queue where position % 2 = 0 and position <= ${DEEP / 2}`;
    const waiting = DEEP * 0.75;
    const { pending } = await flows.get(OutboxStats).snapshot();
    expect(Math.abs(pending - waiting) / waiting).toBeLessThan(0.1);
    const { ready, leased, backingOff } = await flows.get(OutboxStats).states();
    expect(Math.abs(ready + leased + backingOff - waiting) / waiting).toBeLessThan(0.1);
    expect(backingOff / pending).toBeGreaterThan(0.25);
    expect(backingOff / pending).toBeLessThan(0.4);
  });

  it('is estimated from what waits now, although a few rows were left behind long ago', async () => {
    const { sql } = flows.get(Postgres);
    await sql`truncate outbox_queue`;
    await addEvents(200);
    await sql`select setval(pg_get_serial_sequence('outbox_queue', 'position'), 50_000_000)`;
    await addEvents(DEEP);
    const { pending } = await flows.get(OutboxStats).snapshot();
    expect(Math.abs(pending - DEEP - 200) / DEEP).toBeLessThan(0.02);
  });

  it('reads a bounded number of rows', async () => {
    const { sql } = flows.get(Postgres);
    const plan = await sql.begin(async (tx) => {
      await plannedForLongQueue(tx);
      return tx.unsafe<{ 'QUERY PLAN': unknown }[]>(
        `explain (analyze, format json) with ${weighedRows('outbox_queue', ['available_at'])} select sum(weight) from waiting`,
      );
    });
    expect(rowsRead(plan[0]?.['QUERY PLAN'])).toBeLessThanOrEqual(2 * COUNTED_ROWS + 10);
  });

  it('of the spool is the same', async () => {
    await flows.get(Postgres).sql`
      insert into spool (id, organization_id, collection, aggregate, document, tags, accepted_at, available_at)
      select gen_random_uuid(), gen_random_uuid(), 'none', n::text, '', '{}', now(), now() + interval '1 hour'
      from generate_series(1, ${DEEP}::int) as n`;
    const { pending } = await flows.get(SpoolStats).snapshot();
    expect(Math.abs(pending - DEEP) / DEEP).toBeLessThan(0.02);
  });
});

/** The rows that the scans of a plan returned. */
function rowsRead(plan: unknown): number {
  if (Array.isArray(plan)) return plan.reduce<number>((sum, part) => sum + rowsRead(part), 0);
  if (typeof plan !== 'object' || plan === null) return 0;
  const { 'Node Type': type, 'Actual Rows': rows, 'Actual Loops': loops } = plan as Record<string, unknown>;
  const isScan = type === 'Index Scan' || type === 'Index Only Scan' || type === 'Seq Scan';
  const own = isScan ? Number(rows) * Number(loops) : 0;
  return Object.values(plan).reduce<number>((sum, part) => sum + rowsRead(part), own);
}
