import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Retention } from '../../../src/flows/retention/retention.js';
import { RetentionTuning } from '../../../src/flows/retention/retention-tuning.js';
import { eventually } from '../../support/eventually.js';
import { anEvent, createTestStores, Flows, type TestStores } from '../flows/support/flows-harness.js';
import {
  monthOf,
  monthsFromNow,
  monthsOf,
  placeOf,
  sealEverything,
  sqlOf,
  writeEvent,
} from './logged-months.js';
import { timeLimit } from '../../support/time-limit.js';

const OLD = [-9, -8, -7, -6, -5];
/** The wait for a lock, and what a busy machine adds. */
const LONGEST_MS = timeLimit(3_000);

describe('the retention of the event log', () => {
  let stores: TestStores;
  let all: Flows[] = [];
  beforeEach(async () => {
    stores = await createTestStores();
    all = await Promise.all([0, 1, 2].map(() => Flows.start(stores, { env: { PROCESS_ROLE: 'api' } })));
    await sealEverything(sql());
    await sql()`select outbox_make_partitions(now() - interval '9 months', now())`;
  });
  afterEach(async () => {
    for (const flows of all) await flows.close();
    all = [];
    await stores.drop();
  });

  const one = (): Flows => {
    const [flows] = all;
    if (!flows) throw new Error('No process');
    return flows;
  };
  const sql = () => sqlOf(one());
  const refused = (error: unknown): null => {
    expect(error).toMatchObject({ code: '55P03' });
    return null;
  };
  /** The month that it has kept; null where it was refused the log. */
  const attempt = (flows: Flows): Promise<string | null> =>
    flows
      .get(Retention)
      .run()
      .then(({ kept }) => kept)
      .catch(refused);
  const waitsForLog = async (): Promise<boolean> => {
    const waiting = await sql()`
      select 1 from pg_locks where relation = 'outbox_events'::regclass and mode = 'AccessExclusiveLock' and not granted`;
    return waiting.length > 0;
  };
  const isOldLeft = async (): Promise<boolean> =>
    (await monthsOf(sql())).some((name) => OLD.map((n) => monthOf(monthsFromNow(n))).includes(name));

  it('drops each month once, in any number of processes at once, while events are written', async () => {
    const orgId = anEvent().orgId;
    let isOver = false;
    let written = 0;
    const writing = (async () => {
      for (; !isOver; written += 1) await one().commit(anEvent({ orgId }));
    })();
    const dropped: string[] = [];
    await eventually(
      async () => {
        const results = await Promise.all(all.map((flows) => flows.get(Retention).run().catch(refused)));
        dropped.push(...results.flatMap((result) => result?.dropped ?? []));
        return isOldLeft();
      },
      (isLeft) => !isLeft && written > 0,
      20_000,
    );
    isOver = true;
    await writing;
    expect(dropped).toEqual(expect.arrayContaining(OLD.map((n) => monthOf(monthsFromNow(n)))));
    expect(new Set(dropped).size).toBe(dropped.length);
    const [row] = await sql()<{ count: number }[]>`
      select count(*)::int as count from outbox_events where organization_id = ${orgId}`;
    expect(row?.count).toBe(written);
  });

  it('gives up soon where a transaction holds the log, and holds up nobody meanwhile', async () => {
    const old = await writeEvent(sql(), monthsFromNow(-9));
    await sql().begin(async (tx) => {
      await tx`select 1 from outbox_events limit 1`;
      const [error, waitedMs] = await Promise.all([
        one()
          .get(Retention)
          .run()
          .then(() => null)
          .catch((thrown: unknown) => thrown),
        (async () => {
          const at = performance.now();
          for (let n = 0; n < 20; n += 1) await one().commit(anEvent());
          return performance.now() - at;
        })(),
      ]);
      expect(error).toMatchObject({ code: '55P03' });
      expect(waitedMs).toBeLessThan(LONGEST_MS);
    });
    expect(await placeOf(sql(), old)).toBeDefined();
    await one().get(Retention).run();
    expect(await placeOf(sql(), old)).toBeUndefined();
  });

  it('does not drop a month of which an event is given to the queue meanwhile', async () => {
    const id = await writeEvent(sql(), monthsFromNow(-9));
    let retained: Promise<unknown> = Promise.resolve();
    await sql().begin(async (tx) => {
      await tx`
        insert into outbox_queue (event_id, aggregate, available_at) values (${id}::uuid, 'user:late', now() + interval '1 hour')`;
      await tx`update outbox_events set payload = '{}' where id = ${id}::uuid`;
      retained = attempt(one());
      // It has looked into the queue, which is empty for it, and waits for us.
      await eventually(waitsForLog, (isWaiting) => isWaiting);
    });
    expect([null, monthOf(monthsFromNow(-9))]).toContain(await retained);
    expect(await placeOf(sql(), id)).toBeDefined();
    expect(await one().get(Retention).run()).toMatchObject({
      dropped: [],
      kept: monthOf(monthsFromNow(-9)),
    });
  });

  it('runs in workers by itself, and again after it was refused', async () => {
    const tuning = Object.assign(new RetentionTuning(), { againMs: 50 });
    let worker: Flows | undefined;
    await sql().begin(async (tx) => {
      await tx`select 1 from outbox_events limit 1`;
      worker = await Flows.start(stores, {
        env: { PROCESS_ROLE: 'worker' },
        replace: [[RetentionTuning, tuning]],
      });
      all.push(worker);
      expect(await isOldLeft()).toBe(true);
    });
    await eventually(isOldLeft, (isLeft) => !isLeft, 10_000);
  });
});
