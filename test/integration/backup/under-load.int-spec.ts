import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createApp } from '../../../src/app.setup.js';
import { checkArchive } from '../../../src/cli/backup/run-restore.js';
import { newId } from '../../../src/common/ids/ids.js';
import { newAccount } from '../../factories/account.js';
import { eventually } from '../../support/eventually.js';
import { createTestApp, type TestApp } from '../../support/test-app.js';
import type { TestStores } from '../../support/test-stores.js';
import {
  archiveFolder,
  backup,
  emptyStores,
  expectAgreement,
  restore,
  withMongo,
  withSql,
} from './archive-fixture.js';

const CALLERS = 4;
const BACKUPS = 2;
/** So that reading MongoDB takes a while. */
const OLD_ENTRIES = 10_000;

interface Entry {
  _id: string;
  event_type: string;
  source: string;
  user_id: string | null;
  user_email: string | null;
  recorded_at: Date;
}
interface Event {
  id: string;
  subject_user_id: string | null;
  is_pending: boolean;
  /** Older entries have still to be given the new address, or none. */
  is_followed: boolean;
}

describe('a backup while the service changes everything', () => {
  let t: TestApp;
  let target: TestStores;
  let archives: Awaited<ReturnType<typeof archiveFolder>>;
  beforeAll(async () => {
    t = await createTestApp();
    target = await emptyStores();
    archives = await archiveFolder();
    await withMongo(t.stores.config, async (mongo) => {
      const entry = (n: number) => ({
        _id: newId() as never,
        organization_id: t.tenant.orgId,
        event_type: 'old',
        user_id: `somebody-${n % 50}`,
        payload: { n, text: 'x'.repeat(200) },
        occurred_at: new Date(n),
        recorded_at: new Date(n),
        source: 'api',
      });
      for (let from = 0; from < OLD_ENTRIES; from += 5_000)
        await mongo
          .collection('activity_logs')
          .insertMany(Array.from({ length: 5_000 }, (_, n) => entry(from + n)));
    });
  });
  afterAll(async () => {
    await archives.drop();
    await target.drop();
    await t.close();
  });

  /** Creates, changes and deletes accounts, and posts entries, until told to stop. Returns the posted entries. */
  async function call(isOver: () => boolean): Promise<{ id: string; answeredAt: number }[]> {
    const posted: { id: string; answeredAt: number }[] = [];
    const living: string[] = [];
    const accepted = async (method: string, path: string, body?: unknown) => {
      const answer = await t.request(method, path, body === undefined ? {} : { body });
      // A busy machine may be taken for a store that does not answer.
      return answer.status < 300 ? (answer.body as { id: string } | undefined) : null;
    };
    while (!isOver()) {
      const user = await accepted('POST', '/api/v1/users', newAccount());
      if (user) living.push(user.id);
      const about = living[Math.floor(living.length / 2)];
      if (about === undefined) continue;
      await accepted('PATCH', `/api/v1/users/${about}`, { avatar: `https://example.com/${newId()}.png` });
      const entry = await accepted('POST', '/api/v1/activity', { event_type: 'seen', user_id: about });
      if (entry) posted.push({ id: entry.id, answeredAt: Date.now() });
      const leaving = living.length > 8 ? living.shift() : undefined;
      if (leaving !== undefined) await accepted('DELETE', `/api/v1/users/${leaving}`);
    }
    return posted;
  }

  const entriesOf = ({ config }: TestStores) =>
    withMongo(config, (mongo) =>
      mongo
        .collection<Entry>('activity_logs')
        .find({ event_type: { $ne: 'old' } })
        .toArray(),
    );
  const eventsOf = ({ config }: TestStores) =>
    withSql(
      config,
      (sql) => sql<Event[]>`
        select e.id, e.subject_user_id, coalesce(not q.is_delivered, false) as is_pending,
          coalesce(q.readdressed_in is not null, false) as is_followed
        from outbox_events e left join outbox_queue q on q.event_id = e.id`,
    );
  const addressesOf = ({ config }: TestStores) =>
    withSql(
      config,
      async (sql) =>
        new Map(
          (await sql<{ id: string; email: string }[]>`select id, email from users`).map((u) => [
            u.id,
            u.email,
          ]),
        ),
    );

  it('is a consistent cut, each time', async () => {
    let isOver = false;
    const callers = Array.from({ length: CALLERS }, () => call(() => isOver));
    const taken: { file: string; startedAt: number; cutAt: number }[] = [];
    try {
      for (let n = 0; n < BACKUPS; n += 1) {
        await pause(1_000);
        const file = archives.file(`${n}.tar`);
        const startedAt = Date.now();
        const { cut_at } = await backup(t.stores, file);
        taken.push({ file, startedAt, cutAt: Date.parse(String(cut_at)) });
      }
      await pause(500);
    } finally {
      isOver = true;
    }
    const posted = (await Promise.all(callers)).flat();
    const [allEvents, allEntries] = [await eventsOf(t.stores), await entriesOf(t.stores)];
    const totals = { erased: 0, leftOut: 0 };
    for (const { file, startedAt, cutAt } of taken) {
      await restore(target, file, ...(file === taken[0]?.file ? [] : ['--force']));
      const [events, entries, addresses] = [
        await eventsOf(target),
        await entriesOf(target),
        await addressesOf(target),
      ];
      const derived = new Map(
        entries.filter(({ source }) => source === 'outbox').map((entry) => [entry._id, entry]),
      );
      const known = new Set(events.map(({ id }) => id));
      const pending = events.filter(({ is_pending }) => is_pending);
      const lost = events.filter(({ id, is_pending }) => !is_pending && !derived.has(id));
      const strangers = [...derived.keys()].filter((id) => !known.has(id));
      expect({ lost, strangers }).toEqual({ lost: [], strangers: [] });
      expect(events.length).toBeGreaterThan(0);
      expect(events.length).toBeLessThan(allEvents.length);

      // What was deleted after the cut is not deleted in the restored world, and neither is the address.
      const unfinished = events.filter((event) => event.is_pending || event.is_followed);
      const inFlight = new Set(unfinished.map(({ subject_user_id }) => subject_user_id));
      const wrong = entries.filter(
        ({ user_id, user_email }) =>
          user_id !== null && !inFlight.has(user_id) && user_email !== (addresses.get(user_id) ?? null),
      );
      expect(wrong).toEqual([]);

      const kept = new Set(entries.filter(({ source }) => source === 'api').map(({ _id }) => _id));
      const early = posted.filter(({ answeredAt }) => answeredAt < startedAt);
      expect(early.filter(({ id }) => !kept.has(id))).toEqual([]);
      expect(
        entries.filter(({ source, recorded_at }) => source === 'api' && recorded_at.getTime() > cutAt),
      ).toEqual([]);

      const { manifest } = await checkArchive(file);
      totals.erased += manifest.changed_users.length;
      totals.leftOut += allEntries.filter(({ _id }) => !derived.has(_id) && !kept.has(_id)).length;
      console.log(
        `cut: ${events.length} of ${allEvents.length} events, ${pending.length} waiting, ${derived.size} entries made of them, ` +
          `${kept.size} posted, ${manifest.changed_users.length} accounts changed while it was written`,
      );
    }
    // Otherwise nothing was tested.
    expect(totals.erased).toBeGreaterThan(0);
    expect(totals.leftOut).toBeGreaterThan(0);
  }, 180_000);

  it('goes on from there: every event has exactly one entry', async () => {
    const app = await createApp(target.config);
    try {
      await eventually(
        async () => (await eventsOf(target)).filter(({ is_pending }) => is_pending).length,
        (waiting) => waiting === 0,
        10_000,
      );
    } finally {
      await app.close();
    }
    const derived = (await entriesOf(target))
      .filter(({ source }) => source === 'outbox')
      .map(({ _id }) => _id);
    expect(derived.sort()).toEqual((await eventsOf(target)).map(({ id }) => id).sort());
    await expectAgreement(target);
  });
});
