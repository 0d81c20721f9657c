import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { newId } from '../../../src/common/ids/ids.js';
import { Sealing, SealingTakenOver } from '../../../src/modules/audit/checkpoints/sealing.pg.repository.js';
import { DeadLetters } from '../../../src/flows/dead-letters/dead-letters.js';
import { EffectCollections } from '../../../src/flows/effects/effect-collections.js';
import { Outbox } from '../../../src/flows/outbox/outbox.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { eventually } from '../../support/eventually.js';
import { createTestStores, type TestStores } from '../../support/test-stores.js';
import { aNote, changed, insertNote, noteCollection, notes } from '../effects/effects-harness.js';
import { anEvent, Flows, LEFT_TO_RELAYS } from '../flows/support/flows-harness.js';
import { anEntry, AuditedLog, idMadeAgo } from './audited-log.js';

describe('sealing', () => {
  let stores: TestStores;
  let logs: AuditedLog[] = [];
  let others: Flows[] = [];
  const start = async (options: Parameters<typeof AuditedLog.start>[0] = {}): Promise<AuditedLog> => {
    const log = await AuditedLog.start({ stores, ...options });
    logs.push(log);
    return log;
  };

  beforeEach(async () => {
    stores = await createTestStores();
  });
  afterEach(async () => {
    for (const each of [...others, ...logs]) await each.close();
    [logs, others] = [[], []];
    await stores.drop();
  });

  /** Leaves events to relays, of which there is none. */
  const leftToRelays = { flows: { env: { PROCESS_ROLE: 'api' }, tuning: LEFT_TO_RELAYS } };
  /** Starts a relay, and waits until it has delivered everything. */
  const deliver = async (): Promise<void> => {
    const relay = await Flows.start(stores, { tuning: { pollMs: 20 } });
    others.push(relay);
    await eventually(
      () => relay.counts(),
      ({ queued }) => queued === 0,
    );
  };
  const deadLetter = (log: AuditedLog, id: string) => log.sql`
    update outbox_queue set dead_at = now(), available_at = now(), lease_owner = null where event_id = ${id}`;

  it('waits for what the outbox is about to deliver', async () => {
    const log = await start(leftToRelays);
    const orgId = newId();
    await log.record(orgId, 2);
    await log.flows.commit(anEvent({ orgId, aggregate: { type: 'user', id: newId() } }));
    await log.record(orgId, 2);
    await log.seal();
    expect(await log.verify(orgId)).toMatchObject({ checked: 2, unsealed: 2, findingsTotal: 0 });
    await deliver();
    expect(await log.verify(orgId)).toMatchObject({ checked: 2, unsealed: 3, findingsTotal: 0 });
    await log.seal();
    expect(await log.verify(orgId)).toMatchObject({ checked: 5, unsealed: 0, findingsTotal: 0 });
  });

  it('goes on without a dead letter, and seals it when it was delivered after all', async () => {
    const log = await start(leftToRelays);
    const orgId = newId();
    await log.flows.commit(anEvent({ orgId }));
    const [event] = await log.sql<{ id: string }[]>`select id from outbox_events`;
    const id = event?.id ?? '';
    await deadLetter(log, id);
    await log.record(orgId, 3);
    await log.seal();
    expect(await log.verify(orgId)).toMatchObject({ checked: 3, unsealed: 0, findingsTotal: 0 });
    await log.seal();
    expect(await log.flows.get(DeadLetters).retry([id])).toBe(1);
    await deliver();
    expect(await log.verify(orgId)).toMatchObject({ checked: 3, unsealed: 1, findingsTotal: 0 });
    await log.seal();
    expect(await log.verify(orgId)).toMatchObject({ checked: 4, unsealed: 0, findingsTotal: 0 });
    await log.collection.updateOne({ _id: id }, { $set: { event_type: 'user.praised' } });
    expect(await log.findings(orgId)).toEqual([`altered ${id}`]);
  });

  it('waits for what a document of MongoDB carries, and seals what comes late', async () => {
    const carriers = [EffectCollections, new EffectCollections([notes])] as const;
    const log = await start({ flows: { env: { PROCESS_ROLE: 'api' }, replace: [carriers] } });
    const note = aNote();
    const orgId = note.organization_id;
    await log.record(orgId, 2);
    await insertNote(log.flows, note, changed(note));
    await log.record(orgId, 2);
    await log.seal();
    expect(await log.verify(orgId)).toMatchObject({ checked: 2, unsealed: 2, findingsTotal: 0 });
    // Given up: sealing goes on without it, and seals it when it was applied after all.
    const [effect] = (await noteCollection(log.flows).findOne({ _id: note._id }))?.pending ?? [];
    if (!effect) throw new Error('The note carries no effect');
    const dead_letters = [{ ...effect, dead_at: new Date() }];
    await noteCollection(log.flows).updateOne({ _id: note._id }, { $set: { pending: [], dead_letters } });
    await log.seal();
    expect(await log.verify(orgId)).toMatchObject({ checked: 4, unsealed: 0, findingsTotal: 0 });
    expect(await log.flows.get(DeadLetters).retry([effect._id])).toBe(1);
    others.push(await Flows.start(stores, { replace: [carriers] }));
    await eventually(
      () => log.flows.entries(orgId),
      (entries) => entries.length === 5,
    );
    expect(await log.verify(orgId)).toMatchObject({ checked: 4, unsealed: 1, findingsTotal: 0 });
    await log.seal();
    expect(await log.verify(orgId)).toMatchObject({ checked: 5, unsealed: 0, findingsTotal: 0 });
    await log.collection.updateOne({ _id: effect._id }, { $set: { event_type: 'note.forged' } });
    expect(await log.findings(orgId)).toEqual([`altered ${effect._id}`]);
  });

  it('waits for a transaction that was open before, and will commit an older event', async () => {
    const log = await start();
    const orgId = newId();
    let commit = (): void => undefined;
    let opened = (): void => undefined;
    const isOpen = new Promise<void>((resolve) => (opened = resolve));
    const mayCommit = new Promise<void>((resolve) => (commit = resolve));
    const transaction = log.flows.get(Postgres).transaction(async (tx) => {
      await log.flows.get(Outbox).add(tx, anEvent({ orgId }));
      opened();
      await mayCommit;
    });
    await isOpen;
    await log.record(orgId, 2);
    await log.seal();
    expect(await log.verify(orgId)).toMatchObject({ checked: 0, unsealed: 2 });
    commit();
    await transaction;
    await log.isMarked();
    await log.seal();
    expect(await log.verify(orgId)).toMatchObject({ checked: 3, unsealed: 0, findingsTotal: 0 });
  });

  it('waits for what the spool is about to deliver, and seals what it gave up and delivered after all', async () => {
    const log = await start();
    const orgId = newId();
    const entry = anEntry(orgId);
    await log.sql`
      insert into spool (id, organization_id, collection, aggregate, document, tags, accepted_at, available_at, dead_at)
      values (${entry._id}, ${orgId}, 'activity_logs', 'a', ''::bytea, '{}', now(), now(), null)`;
    await log.record(orgId, 2);
    await log.seal();
    expect(await log.verify(orgId)).toMatchObject({ checked: 0, unsealed: 2 });
    await log.sql`update spool set dead_at = now()`;
    await log.seal();
    expect(await log.verify(orgId)).toMatchObject({ checked: 2, unsealed: 0 });
    await log.collection.insertOne(entry);
    expect(await log.verify(orgId)).toMatchObject({ checked: 2, unsealed: 1, findingsTotal: 0 });
    await log.sql`delete from spool`;
    expect(await log.verify(orgId)).toMatchObject({ checked: 2, unsealed: 1, findingsTotal: 0 });
    await log.seal();
    expect(await log.verify(orgId)).toMatchObject({ checked: 3, unsealed: 0, findingsTotal: 0 });
  });

  it('seals an entry that nobody expected, if its event vouches for it', async () => {
    const log = await start();
    const orgId = newId();
    await log.commit(orgId, 1);
    await log.seal();
    const [entry] = await log.collection.find({ organization_id: orgId }).toArray();
    if (!entry) throw new Error('No entry');
    const id = idMadeAgo(3_600_000);
    await log.sql`
      insert into outbox_events select ${id}::uuid, aggregate_type, aggregate_id, organization_id, type, actor_user_id,
        actor_api_key_id, subject_user_id, subject_email, payload, tags, recorded_at from outbox_events`;
    await log.collection.insertOne({ ...entry, _id: id });
    expect(await log.verify(orgId)).toMatchObject({ checked: 1, unsealed: 1, findingsTotal: 0 });
    await log.seal();
    expect(await log.verify(orgId)).toMatchObject({ checked: 2, unsealed: 0, findingsTotal: 0 });
  });

  it('leaves alone what is younger than the time to settle', async () => {
    const log = await start({ tuning: { settleMs: 60_000 } });
    const orgId = newId();
    await log.record(orgId, 2);
    await log.record(orgId, 1, { _id: idMadeAgo(120_000) });
    await log.seal();
    expect(await log.verify(orgId)).toMatchObject({ checked: 1, unsealed: 2, findingsTotal: 0 });
  });

  it('seals each entry once while many are written, and finds nothing', async () => {
    const log = await start({ tuning: { pageSize: 40, settleMs: 500 } });
    const orgIds = [newId(), newId(), newId()];
    let isWriting = true;
    const verifications: number[] = [];
    const write = async (orgId: string): Promise<void> => {
      for (let n = 0; n < 15; n += 1) await Promise.all([log.record(orgId, 20), log.commit(orgId, 4)]);
    };
    const sealAndVerify = async (): Promise<void> => {
      while (isWriting) {
        await log.seal();
        for (const orgId of orgIds) {
          const { checked, findings } = await log.verify(orgId);
          expect(findings).toEqual([]);
          verifications.push(checked);
        }
      }
    };
    const sealing = sealAndVerify();
    await Promise.all(orgIds.map(write));
    isWriting = false;
    await sealing;
    const sealed = async (): Promise<number> => {
      await log.seal();
      return (await Promise.all(orgIds.map((orgId) => log.sealedIds(orgId)))).flat().length;
    };
    await eventually(sealed, (count) => count === 1080);
    for (const orgId of orgIds) {
      expect(await log.verify(orgId)).toMatchObject({ checked: 360, unsealed: 0, findings: [] });
      const ids = await log.sealedIds(orgId);
      expect(new Set(ids).size).toBe(360);
    }
    process.stdout.write(
      `    1080 entries sealed once each beside ${verifications.length} verifications; findings: 0\n`,
    );
  }, 120_000);

  it('is done by one of two processes, and by the other when the lease ends', async () => {
    const [one, two] = [
      await start({ tuning: { pageSize: 7, leaseMs: 400 } }),
      await start({ tuning: { pageSize: 7, leaseMs: 400 } }),
    ];
    const orgId = newId();
    await one.record(orgId, 100);
    expect((await Promise.all([one.seal(), two.seal()])).toSorted()).toEqual([false, true]);
    expect(await one.sealedIds(orgId)).toHaveLength(100);
    await one.record(orgId, 10);
    await eventually(
      () => two.seal(),
      (isMine) => isMine,
    );
    expect(await two.verify(orgId)).toMatchObject({ checked: 110, unsealed: 0, findings: [] });
    expect(new Set(await one.sealedIds(orgId)).size).toBe(110);
  });

  it('writes nothing after another process took over in the middle', async () => {
    const [slow, fast] = [await start({ tuning: { leaseMs: 0 } }), await start()];
    const orgId = newId();
    await slow.record(orgId, 10);
    const from = await slow.flows.get(Sealing).lease();
    expect(await fast.seal()).toBe(true);
    const seal = { from: from ?? '', to: newId(), leaves: new Map(), awaited: [], settled: [] };
    await expect(slow.flows.get(Sealing).commit(seal)).rejects.toBeInstanceOf(SealingTakenOver);
    expect(await fast.verify(orgId)).toMatchObject({ checked: 10, unsealed: 0, findings: [] });
  });

  it.each(['before', 'after'] as const)(
    'repeats safely when a process dies %s the commit of a page',
    async (moment) => {
      const dying = await start({ tuning: { pageSize: 10, leaseMs: 0 } });
      const orgId = newId();
      await dying.record(orgId, 35);
      const sealing = dying.flows.get(Sealing);
      const commit = sealing.commit.bind(sealing);
      let commits = 0;
      sealing.commit = async (seal) => {
        commits += 1;
        if (moment === 'after' || commits < 2) await commit(seal);
        if (commits === 2) throw new Error('killed');
      };
      await expect(dying.seal()).rejects.toThrow('killed');
      const next = await start({ tuning: { pageSize: 10 } });
      expect(await next.seal()).toBe(true);
      const report = await next.verify(orgId);
      expect(report).toMatchObject({ checked: 35, unsealed: 0, findings: [] });
      expect(await next.sealedIds(orgId)).toHaveLength(35);
    },
  );

  it('rolls a page back as a whole when it cannot be written', async () => {
    const log = await start();
    const orgId = newId();
    await log.record(orgId, 5);
    await log.sql`alter table audit_heads add constraint broken check (sequence > 1) not valid`;
    await expect(log.seal()).rejects.toThrow();
    expect(await log.sealedIds(orgId)).toEqual([]);
    await log.sql`alter table audit_heads drop constraint broken`;
    await log.seal();
    expect(await log.verify(orgId)).toMatchObject({ checked: 5, unsealed: 0, findings: [] });
  });
});
