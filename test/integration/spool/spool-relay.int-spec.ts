import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { TaggedCache } from '../../../src/cache/tagged-cache.js';
import { newId } from '../../../src/common/ids/ids.js';
import { Ingest } from '../../../src/flows/ingest/ingest.js';
import { SpoolStats } from '../../../src/flows/spool/spool-stats.js';
import { SpoolDelivery } from '../../../src/flows/spool/spool-delivery.js';
import { type LeasedDocument, SpoolQueue } from '../../../src/flows/spool/spool-queue.pg.repository.js';
import { ACTIVITY_COLLECTION } from '../../../src/modules/activity/activity-log.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { StoreUnavailable } from '../../../src/stores/store-unavailable.js';
import { eventually } from '../../support/eventually.js';
import type { Flows } from '../flows/support/flows-harness.js';
import { FlowsTest } from '../flows/support/flows-test.js';
import { SwitchedCache } from '../flows/support/stand-ins.js';
import { aDocument, CUT_OFF, isDelivered, isDrained, spooledRows } from './spool-harness.js';

const AGGREGATES = 20;
const EACH = process.env['FULL'] === '1' ? 500 : 50;
const RELAYS = 4;

describe('the spool', () => {
  let test: FlowsTest;
  let cutOff: Flows;
  beforeEach(async () => {
    test = await FlowsTest.begin();
    cutOff = await test.start({ env: CUT_OFF });
  });
  afterEach(() => test.end());

  const spool = async (...documents: ReturnType<typeof aDocument>[]): Promise<void> => {
    const outcomes = await cutOff.get(Ingest).accept(documents);
    expect(outcomes.map(({ kind }) => kind)).toEqual(documents.map(() => 'spooled'));
  };

  it(`delivers ${AGGREGATES} × ${EACH} documents, each aggregate in its order, by ${RELAYS} relays at once`, async () => {
    const orgId = newId();
    const accepted = new Map<string, string[]>();
    await Promise.all(
      Array.from({ length: AGGREGATES }, async (_, n) => {
        const ids: string[] = [];
        accepted.set(`${n}`, ids);
        for (let each = 0; each < EACH; each += 1) {
          const document = aDocument({ about: `${n}` }, { orgId, aggregate: `${n}` });
          await spool(document);
          ids.push(document.document._id);
        }
      }),
    );
    expect(await cutOff.get(SpoolStats).snapshot()).toMatchObject({ pending: AGGREGATES * EACH });
    const applied: Record<string, unknown>[] = [];
    const relays = await Promise.all(
      Array.from({ length: RELAYS }, () => test.start({ applied, tuning: { batchSize: 37, pollMs: 20 } })),
    );
    await isDrained(cutOff);
    const delivered = new Map<string, unknown[]>();
    for (const { about, _id } of applied)
      delivered.set(String(about), [...(delivered.get(String(about)) ?? []), _id]);
    expect(delivered).toEqual(accepted);
    expect(await relays[0]?.entries(orgId)).toHaveLength(AGGREGATES * EACH);
    const counts = relays.map((relay) => relay.get(SpoolStats).counters.delivered);
    console.info(
      `spool: ${AGGREGATES} × ${EACH} documents in order by ${RELAYS} relays: ${counts.join(' + ')}`,
    );
    expect(counts.filter((count) => count > 0).length).toBeGreaterThan(1);
  });

  it('takes up again at once what it holds when PostgreSQL did not answer', async () => {
    const document = aDocument();
    await spool(document);
    const tried: string[] = [];
    const deliver = (batch: readonly LeasedDocument[]): Promise<number> => {
      tried.push(...batch.map(({ ingested }) => ingested.document._id));
      return tried.length === 1 ? Promise.reject(new StoreUnavailable('postgres')) : Promise.resolve(0);
    };
    await test.start({
      tuning: { leaseMs: 60_000, pollMs: 20 },
      replace: [[SpoolDelivery, { deliver, sweepTags: () => Promise.resolve() }]],
    });
    await eventually(
      () => Promise.resolve(tried),
      (ids) => ids.length === 2,
    );
    expect(tried).toEqual([document.document._id, document.document._id]);
  });

  it('gives every value back as it came, whatever it looks like', async () => {
    const orgId = newId();
    const fields = {
      occurred_at: new Date('2026-11-21T09:30:00.123Z'),
      payload: {
        z: 1,
        a: { $date: '2020-01-01T00:00:00Z' },
        nested: { $numberLong: '5', $oid: 'x', '': [null, 1.5, 2 ** 40, 'ü\0\u2028'] },
        when: '2026-11-21T09:30:00.123Z',
      },
    };
    await spool(aDocument(fields, { orgId, aggregate: JSON.stringify(['\0', '\ud800']) }));
    const relay = await test.start({ tuning: { pollMs: 20 } });
    await isDrained(relay);
    const [entry] = await relay.entries(orgId);
    expect(entry).toMatchObject(fields);
    expect(Object.keys(entry?.payload ?? {})).toEqual(['z', 'a', 'nested', 'when']);
  });

  it('keeps no address while it waits, and delivers the one that the person has by then', async () => {
    const orgId = newId();
    const { sql } = cutOff.get(Postgres);
    const [renamed, deleted] = [newId(), newId()];
    await sql`insert into organizations (id, slug, name) values (${orgId}, ${orgId}, 'Org')`;
    for (const id of [renamed, deleted])
      await sql`insert into users (id, organization_id, email, username) values (${id}, ${orgId}, ${`${id}@old.example`}, ${id})`;
    const about = (id: string) =>
      aDocument({ user_id: id, user_email: `${id}@old.example` }, { orgId, subjectUserId: id });
    await spool(about(renamed), about(deleted));
    const waiting = await sql`select 1 from spool where encode(document, 'escape') like '%old.example%'`;
    expect(waiting).toHaveLength(0);
    await sql`update users set email = 'new@example.com' where id = ${renamed}`;
    await sql`delete from users where id = ${deleted}`;
    const relay = await test.start({ tuning: { pollMs: 20 } });
    await isDrained(relay);
    expect((await relay.entries(orgId)).map(({ user_email }) => user_email)).toEqual([
      'new@example.com',
      null,
    ]);
  });

  it('gives up what MongoDB refuses after its attempts; its aggregate waits that long, and nobody else', async () => {
    const orgId = newId();
    const relay = await test.start({ tuning: { maxAttempts: 3, backOffBaseMs: 300, pollMs: 20 } });
    const collection = relay.get(Mongo).connection.db?.collection(ACTIVITY_COLLECTION);
    await collection?.createIndex({ 'payload.unique': 1 }, { unique: true, sparse: true });
    const unique = { payload: { unique: 0 } };
    const [first, poison, follower, other] = [
      aDocument(unique, { orgId }),
      aDocument(unique, { orgId, aggregate: 'poisoned' }),
      aDocument({}, { orgId, aggregate: 'poisoned' }),
      aDocument({}, { orgId }),
    ];
    await spool(first, poison, follower, other);
    const ids = async () => (await relay.entries(orgId)).map(({ _id }) => _id);
    await eventually(ids, (found) => found.includes(other.document._id), 2_000);
    expect(await ids()).toEqual([first.document._id, other.document._id]);
    await isDelivered(relay);
    expect(await ids()).toEqual([first, other, follower].map(({ document }) => document._id).sort());
    expect(await relay.get(SpoolStats).snapshot()).toMatchObject({ pending: 0, deadLetters: 1 });
    const [dead] = await relay.get(Postgres).sql`select id, attempts, last_error from spool`;
    expect(dead).toMatchObject({ id: poison.document._id, attempts: 3 });
    expect(String(dead?.['last_error'])).toMatch(/duplicate|E11000/i);
  });

  it('delivers once where a relay dies between the write and the deletion', async () => {
    const orgId = newId();
    const documents = Array.from({ length: 30 }, () => aDocument({}, { orgId, aggregate: 'one' }));
    await spool(...documents);
    const dying = await test.start({
      env: { PROCESS_ROLE: 'api' },
      tuning: { leaseMs: 400 },
    });
    const queue = dying.get(SpoolQueue);
    const leased = await queue.claim();
    const written = dying.get(Mongo).connection.db?.collection<{ _id: string }>(ACTIVITY_COLLECTION);
    await written?.insertMany(leased.slice(0, 20).map(({ ingested }) => ({ ...ingested.document })));
    expect(await spooledRows(dying)).toBe(30);
    const next = await test.start({ tuning: { pollMs: 20 } });
    await isDrained(next);
    expect((await next.entries(orgId)).map(({ _id }) => _id)).toEqual(
      documents.map((each) => each.document._id),
    );
  });

  it('delivers while the cache cannot be told, and tells it later', async () => {
    const cache = new SwitchedCache();
    cache.isReachable = false;
    const document = aDocument();
    await spool(document);
    const relay = await test.start({ tuning: { pollMs: 20 }, replace: [[TaggedCache, cache]] });
    await isDelivered(relay);
    expect(await relay.entries(document.orgId)).toHaveLength(1);
    expect(await spooledRows(relay)).toBe(1);
    cache.isReachable = true;
    await isDrained(relay);
    expect(cache.replaced).toContain(`o:${document.orgId}:activity`);
  });

  it('says how much waits, and since when', async () => {
    const idle = { pending: 0, oldestAgeMs: 0, deadLetters: 0 };
    expect(await cutOff.get(SpoolStats).snapshot()).toEqual(idle);
    await spool(aDocument(), aDocument());
    const waiting = await cutOff.get(SpoolStats).snapshot();
    expect(waiting).toMatchObject({ pending: 2, deadLetters: 0 });
    expect(waiting.oldestAgeMs).toBeGreaterThan(0);
    expect(cutOff.get(SpoolStats).counters).toMatchObject({ accepted: 2, delivered: 0 });
  });
});
