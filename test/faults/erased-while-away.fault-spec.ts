import { afterAll, beforeAll, expect, it } from 'vitest';
import type { mongo } from 'mongoose';

import { newToken } from '../../src/common/crypto/tokens.js';
import { newId } from '../../src/common/ids/ids.js';
import { sessions } from '../../src/modules/sessions/sessions.table.js';
import { Mongo } from '../../src/stores/mongo/mongo.js';
import { Postgres } from '../../src/stores/postgres/postgres.js';
import { seedTenant } from '../factories/tenant.js';
import { eventually } from '../support/eventually.js';
import { startPrivateMongo } from '../support/private-mongo.js';
import type { PrivateStore } from '../support/private-store.js';
import { makeDue } from '../support/scheduled-jobs.js';
import { describeWithPrivate } from '../support/store-programs.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const JOB = 'erasure.late-writes';
const PASSES = ['requests', 'jobs'];

interface Owned {
  _id: string;
  organization_id: string;
  user_id?: string;
}

describeWithPrivate('mongodb')('what was accepted while MongoDB was away', () => {
  let mongodb: PrivateStore;
  let t: TestApp;
  beforeAll(async () => {
    mongodb = await startPrivateMongo('erased-while-away');
    const uri = new URL(mongodb.url);
    uri.pathname = '/erased_while_away';
    t = await createTestApp({ MONGODB_URI: uri.toString() });
  });
  afterAll(async () => {
    await t.close();
    await mongodb.stop();
  });

  const sql = () => t.app.get(Postgres).sql;
  const count = (collection: string, filter: mongo.Filter<Owned>) =>
    t.app.get(Mongo).collection<Owned>(collection).countDocuments(filter);
  const ask = async (method: string, path: string, status: number, token: string, body?: unknown) => {
    const answer = await t.request(method, `/api/v1/${path}`, { token, ...(body ? { body } : {}) });
    if (answer.status !== status) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body as { id: string };
  };
  const isUp = (isIt: boolean) =>
    eventually(
      () => Promise.resolve(t.app.get(Mongo).liveness.isUp),
      (is) => is === isIt,
    );
  const whileAway = async (work: () => Promise<void>): Promise<void> => {
    await mongodb.kill();
    await isUp(false);
    await work();
    await mongodb.restart();
    await isUp(true);
  };

  const leased = async (): Promise<number> => {
    const [row] = await sql()<{ leased: number }[]>`
      select ((select count(*) from outbox_queue where lease_owner is not null)
        + (select count(*) from spool where lease_owner is not null))::int as leased`;
    return row?.leased ?? 0;
  };

  /** Lets everything else arrive first, and these rows only when `arrive` is called. */
  const holdBack = async (): Promise<void> => {
    // The process that has accepted them gives their leases back, which would change the time again.
    await eventually(leased, (rows) => rows === 0, 30_000);
    await sql()`update outbox_queue set available_at = now() + interval '1 hour', lease_owner = null
      where event_id in (select id from outbox_events where type = 'journal_entry.created')`;
    await sql()`update spool set available_at = now() + interval '1 hour', lease_owner = null`;
  };
  const left = async (): Promise<number> => {
    const [row] = await sql()<{ left: number }[]>`
      select ((select count(*) from outbox_queue) + (select count(*) from spool))::int as left`;
    return row?.left ?? 0;
  };
  const arrive = async (): Promise<void> => {
    await sql()`update outbox_queue set available_at = now()`;
    await sql()`update spool set available_at = now()`;
    await eventually(left, (rows) => rows === 0, 30_000);
  };
  const scheduled = async (id: string): Promise<string[]> =>
    (await sql()<{ key: string }[]>`select key from scheduled_jobs where organization_id = ${id}`).map(
      ({ key }) => key,
    );

  /** Another organisation of the tenant, and a session in it. */
  async function ownOrganization(): Promise<{ orgId: string; token: string }> {
    const { userId, token: first } = t.tenant;
    const slug = `o-${newId()}`;
    const { id: orgId } = await ask('POST', 'organizations', 201, first, { name: 'Other', slug });
    const { token, hash } = newToken('session', userId);
    const expiresAt = new Date(Date.now() + 3_600_000);
    await t.app
      .get(Postgres)
      .transaction((tx) =>
        tx
          .insert(sessions)
          .values({ id: newId(), userId, organizationId: orgId, tokenHash: hash, expiresAt }),
      );
    return { orgId, token };
  }

  it('does not outlive its organisation, in whichever order it arrives', async () => {
    const { orgId, token } = await ownOrganization();
    const { id: executionId } = await ask('POST', 'executions', 201, token, { name: 'migrate' });
    // So that the execution is known while MongoDB is away.
    const output = { stream: 'stdout', seq: 0, data: 'in time' };
    await ask('POST', `executions/${executionId}/output`, 201, token, output);
    await eventually(left, (rows) => rows === 0);
    await whileAway(async () => {
      await ask('POST', 'journal/entries', 202, token, { title: 'Late' });
      await ask('POST', `executions/${executionId}/output`, 202, token, { ...output, seq: 1, data: 'late' });
      await holdBack();
      await ask('DELETE', `organizations/${orgId}`, 204, token);
    });
    const ofOrganization = { organization_id: orgId };
    await eventually(
      () => count('executions', ofOrganization),
      (documents) => documents === 0,
    );
    await makeDue(t.app, { job: JOB, orgId, key: 'requests' });
    await arrive();
    // The first pass has waited for them. Without it they would stay.
    await eventually(
      () => scheduled(orgId),
      (keys) => keys.join() === 'jobs',
    );
    for (const collection of ['journal_entries', 'execution_outputs'])
      expect([collection, await count(collection, ofOrganization)]).toEqual([collection, 0]);
  });

  it('does not outlive its account', async () => {
    const { orgId } = t.tenant;
    const person = await seedTenant(t.app, { orgId, role: 'member' });
    const ofAccount = { user_id: person.userId };
    await t.request('POST', '/api/v1/journal/entries', { token: person.token, body: { title: 'Before' } });
    await eventually(
      () => count('journal_entries', ofAccount),
      (documents) => documents === 1,
    );
    await eventually(left, (rows) => rows === 0);
    await whileAway(async () => {
      await ask('POST', 'journal/entries', 202, person.token, { title: 'Late' });
      await holdBack();
      await ask('DELETE', `users/${person.userId}`, 204, t.tenant.token);
    });
    await eventually(
      () => count('journal_entries', ofAccount),
      (documents) => documents === 0,
    );
    expect((await scheduled(person.userId)).toSorted()).toEqual(PASSES.toSorted());
    await arrive();
    expect(await count('journal_entries', ofAccount)).toBe(1);
    for (const key of PASSES) await makeDue(t.app, { job: JOB, orgId: person.userId, key });
    await eventually(
      () => scheduled(person.userId),
      (keys) => keys.length === 0,
    );
    expect(await count('journal_entries', ofAccount)).toBe(0);
  });
});
