import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import postgres from 'postgres';

import { newId } from '../../src/common/ids/ids.js';
import { ApiProcess } from '../support/api-process.js';
import { eventually } from '../support/eventually.js';
import { FaultRun } from '../support/fault-run.js';
import { createTestStores, type TestStores } from '../support/test-stores.js';

const run = new FaultRun('due-subscriptions');
const SUBSCRIPTIONS = run.size(150, 3_000);
const KILLS = run.size(3, 20);
const OF_A_ROUND = SUBSCRIPTIONS / KILLS;

/** What is due of the nth subscription, and the event that tells of it. */
const KINDS = [
  { status: 'active', toCancel: false, event: 'subscription.renewed', after: 'active' },
  { status: 'trialing', toCancel: false, event: 'subscription.trial_ended', after: 'active' },
  { status: 'active', toCancel: true, event: 'subscription.canceled', after: 'canceled' },
  { status: 'paused', toCancel: false, event: 'subscription.renewed', after: 'paused' },
] as const;

interface Carried {
  id: string;
  status: string;
  events: string[];
  isAtItsTime: boolean;
}

describe(`${SUBSCRIPTIONS} subscriptions that are due while workers are killed ${KILLS} times`, () => {
  const orgId = newId();
  const planId = newId();
  const due = new Map<string, (typeof KINDS)[number]>();
  let stores: TestStores;
  let sql: postgres.Sql;
  const workers: ApiProcess[] = [];

  beforeAll(async () => {
    stores = await createTestStores();
    sql = postgres(stores.config.postgres.url, { max: 1, onnotice: () => undefined });
    await sql`insert into organizations (id, slug, name) values (${orgId}, 'due', 'Due')`;
    await sql`
      insert into plans (id, code, name, price, currency, interval, limits, is_active)
      values (${planId}, 'due', 'Due', 10, 'EUR', 'month', '{}', true)`;
  }, 120_000);

  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.stop('SIGKILL')));
    await sql.end();
    await stores.drop();
  });

  /** Due over the next seconds, a little apart. */
  async function seed(n: number): Promise<void> {
    const kind = KINDS[n % KINDS.length];
    if (!kind) throw new Error('There is always a kind');
    const [id, userId] = [newId(), newId()];
    due.set(id, kind);
    await sql`
      insert into users (id, organization_id, email, username)
      values (${userId}, ${orgId}, ${`due-${n}@example.com`}, ${`due-${n}`})`;
    await sql`
      with period as (
        select date_trunc('second', now()) + ${1 + (n % 3)} * interval '1 second' as ends_at
      ), subscribed as (
        insert into subscriptions (id, organization_id, user_id, plan_id, status, price, currency, interval, anchor,
          current_period_start, current_period_end, cancel_at_period_end)
        select ${id}::uuid, ${orgId}::uuid, ${userId}::uuid, ${planId}::uuid, ${kind.status}, 10, 'EUR', 'month',
          -- The end is the anchor: a month before the 31st of some months is not a month.
          ends_at, ends_at - interval '28 days', ends_at, ${kind.toCancel}
        from period
      )
      insert into scheduled_jobs (id, job, organization_id, key, due_at, available_at)
      select ${newId()}::uuid, 'subscriptions.due', ${orgId}::uuid, ${id}, ends_at, ends_at from period`;
  }

  const start = async () => {
    workers.push(await ApiProcess.start({ ...stores.env, PROCESS_ROLE: 'worker' }));
  };
  const left = async (): Promise<number> => {
    const [row] = await sql<{ left: number }[]>`
      select count(*)::int as left from scheduled_jobs
      where organization_id = ${orgId} and due_at < now() + interval '1 day'`;
    return row?.left ?? -1;
  };

  it('are each carried out once, at their own time, and none is lost', async () => {
    await start();
    await start();
    const leftAtKills: number[] = [];
    for (let kills = 0; kills < KILLS; kills += 1) {
      for (let n = 0; n < OF_A_ROUND; n += 1) await seed(kills * OF_A_ROUND + n);
      const before = await left();
      await eventually(left, (count) => count < before, 30_000);
      await pause(run.between(0, 150));
      const killed = workers.splice(run.between(0, workers.length - 1), 1);
      await Promise.all(killed.map((worker) => worker.stop('SIGKILL')));
      leftAtKills.push(await left());
      await start();
    }
    await eventually(left, (count) => count === 0, 60_000);
    const rows = await sql<Carried[]>`
      select s.id, s.status, array_agg(e.type) as events,
        bool_and(case when s.status = 'canceled' then s.canceled_at = s.current_period_end
          else s.current_period_start = s.anchor end) as "isAtItsTime"
      from subscriptions s left join outbox_events e on e.aggregate_id = s.id::text
      where s.organization_id = ${orgId} group by s.id`;
    const wrong = rows.filter(({ id, status, events, isAtItsTime }) => {
      const kind = due.get(id);
      return (
        !kind || !isAtItsTime || status !== kind.after || events.length !== 1 || events[0] !== kind.event
      );
    });
    run.report(
      `killed with ${leftAtKills.join(', ')} left; ${rows.length} carried out, ${wrong.length} wrongly`,
    );
    expect(rows).toHaveLength(SUBSCRIPTIONS);
    expect(wrong).toEqual([]);
  }, 600_000);
});
