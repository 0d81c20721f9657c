import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { newId } from '../../src/common/ids/ids.js';
import { packed } from '../../src/flows/ingest/ingested-documents.mongo.repository.js';
import { ACTIVITY_COLLECTION } from '../../src/modules/activity/activity-log.js';
import { Postgres } from '../../src/stores/postgres/postgres.js';
import { newAccount } from '../factories/account.js';
import { seedTenant, type Tenant } from '../factories/tenant.js';
import { eventually } from '../support/eventually.js';
import { pageShape, problemShape, userShape } from '../support/shapes.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const letterShape = z.strictObject({
  id: z.uuid(),
  source: z.enum(['outbox', 'spool']),
  type: z.string(),
  aggregate: z.string(),
  organization_id: z.uuid(),
  attempts: z.number(),
  last_error: z.string().nullable(),
  recorded_at: z.iso.datetime(),
  dead_at: z.iso.datetime(),
});
const outboxShape = z.object({
  pending: z.number(),
  oldest_age_seconds: z.number(),
  dead_letters: z.number(),
  by_state: z.record(z.string(), z.number()),
});

describe('dead letters', () => {
  let t: TestApp;
  let operator: Tenant;
  let deliveredId = '';
  let deadIds: string[] = [];
  const documentId = newId();
  beforeAll(async () => {
    t = await createTestApp();
    operator = await seedTenant(t.app, { platformRole: 'admin', orgId: t.tenant.orgId });
    await commitUser();
    deliveredId = await lastEvent();
    for (let n = 0; n < 5; n += 1) {
      await commitUser();
      deadIds.push(await lastEvent());
    }
    await giveUp(deadIds);
    await giveUpDocument();
  });
  afterAll(() => t.close());

  const sql = () => t.app.get(Postgres).sql;
  const asOperator = (method: string, path: string, headers: Record<string, string> = {}) =>
    t.request(method, path, { token: operator.token, headers });

  const commitUser = async (): Promise<void> => {
    const answer = await t.request('POST', '/api/v1/users', { body: newAccount() });
    userShape.parse(answer.body);
    await eventually(
      async () => (await sql()`select 1 from outbox_queue where dead_at is null`).length,
      (queued) => queued === 0,
    );
  };
  const lastEvent = async (): Promise<string> => {
    const [row] = await sql()<{ id: string }[]>`select id from outbox_events order by id desc limit 1`;
    return row?.id ?? '';
  };
  /** As the relay leaves an event after its last attempt. */
  const giveUp = async (ids: readonly string[]): Promise<void> => {
    for (const [n, id] of ids.entries())
      await sql()`
        insert into outbox_queue (event_id, aggregate, available_at, attempts, last_error, dead_at)
        select id, aggregate_type || ':' || aggregate_id, now(), 8, 'refused: ' || ${n}::text, now() - ${n} * interval '1 second'
        from outbox_events where id = ${id}::uuid`;
  };

  /** As the relay of the spool leaves a document after its last attempt: between the third event and the fourth. */
  const giveUpDocument = async (): Promise<void> => {
    const { orgId, userId, email } = t.tenant;
    const document = {
      ...{
        _id: documentId,
        organization_id: orgId,
        event_type: 'spooled',
        user_id: userId,
        user_email: email,
      },
      ...{ actor_id: userId, api_key_id: null, resource_type: null, resource_id: null, payload: { n: 1 } },
      ...{ occurred_at: new Date(), recorded_at: new Date(), source: 'api' },
    };
    const about = { orgId, collection: ACTIVITY_COLLECTION, aggregate: 'one', subjectUserId: userId };
    const bytes = Buffer.from(packed({ ...about, document, tags: [] }));
    await sql()`
      insert into spool (id, organization_id, collection, aggregate, document, subject_user_id, tags, accepted_at,
        available_at, attempts, last_error, dead_at)
      values (${documentId}, ${orgId}, ${ACTIVITY_COLLECTION}, 'one', ${bytes}, ${userId}, array[${`o:${orgId}:activity`}],
        now(), now(), 8, 'refused: document', now() - interval '2.5 seconds')`;
  };

  const ROUTES = [
    ['GET', '/api/v1/admin/outbox'],
    ['GET', '/api/v1/admin/dead-letters'],
    ['GET', `/api/v1/admin/dead-letters/${newId()}`],
    ['POST', `/api/v1/admin/dead-letters/${newId()}/retry`],
  ] as const;

  it.each(ROUTES)('%s %s is for platform admins with a session alone', async (method, path) => {
    expect((await t.request(method, path, { token: null })).status).toBe(401);
    expect((await t.request(method, path)).status).toBe(403);
    const made = await t.request('POST', '/api/v1/api-keys', {
      token: operator.token,
      body: { name: 'all', scopes: ['*'], environment: 'test' },
    });
    if (made.status === 201) {
      const { key } = z.object({ key: z.string() }).parse(made.body);
      expect((await t.request(method, path, { token: key })).status).toBe(403);
    }
  });

  const listed = async (filter: string): Promise<string[]> => {
    const seen: string[] = [];
    for (let cursor = ''; ;) {
      const answer = await asOperator('GET', `/api/v1/admin/dead-letters?limit=2${filter}${cursor}`);
      expect(answer.status).toBe(200);
      const { data, page } = pageShape(letterShape).parse(answer.body);
      seen.push(...data.map(({ id }) => id));
      if (page.next_cursor === null) return seen;
      cursor = `&cursor=${page.next_cursor}`;
    }
  };

  it('lists events and documents newest first, page by page, each once', async () => {
    expect(await listed('')).toEqual(deadIds.toSpliced(3, 0, documentId));
    expect((await asOperator('GET', '/api/v1/admin/dead-letters?cursor=x')).status).toBe(400);
  });

  it('lists those of one source', async () => {
    expect(await listed('&source=outbox')).toEqual(deadIds);
    expect(await listed('&source=spool')).toEqual([documentId]);
    expect((await asOperator('GET', '/api/v1/admin/dead-letters?source=x')).status).toBe(400);
  });

  it('counts what waits, and what waits no more', async () => {
    const { dead_letters, by_state, pending } = outboxShape.parse(
      (await asOperator('GET', '/api/v1/admin/outbox')).body,
    );
    expect({ dead_letters, dead: by_state['dead'], pending }).toEqual({
      dead_letters: 5,
      dead: 5,
      pending: 0,
    });
  });

  it('shows one with its payload, and no address', async () => {
    const answer = await asOperator('GET', `/api/v1/admin/dead-letters/${deadIds[1]}`);
    expect(answer.body).toMatchObject({
      id: deadIds[1],
      source: 'outbox',
      type: 'user.created',
      attempts: 8,
      last_error: 'refused: 1',
      payload: { role: 'user' },
    });
    expect(answer.text).not.toContain('@example.com');
  });

  it('shows a document as it would be written, without the address', async () => {
    const answer = await asOperator('GET', `/api/v1/admin/dead-letters/${documentId}`);
    expect(answer.body).toMatchObject({
      ...{ id: documentId, source: 'spool', type: ACTIVITY_COLLECTION, last_error: 'refused: document' },
      ...{ actor_id: t.tenant.userId, user_id: t.tenant.userId },
      payload: { event_type: 'spooled', payload: { n: 1 }, user_email: null },
    });
    expect(answer.text).not.toContain('@example.com');
  });

  it('is 404 for what is none, and 409 for a retry of what is delivered', async () => {
    for (const id of [newId(), 'nonsense', deliveredId])
      expect((await asOperator('GET', `/api/v1/admin/dead-letters/${id}`)).status).toBe(404);
    for (const id of [newId(), 'nonsense'])
      expect((await asOperator('POST', `/api/v1/admin/dead-letters/${id}/retry`)).status).toBe(404);
    const conflict = await asOperator('POST', `/api/v1/admin/dead-letters/${deliveredId}/retry`);
    expect(conflict.status).toBe(409);
    expect(problemShape.parse(conflict.body).code).toBe('dead_letters.not_dead');
  });

  it('delivers one that is retried, once, and replays the answer for the same key', async () => {
    const [id] = deadIds;
    const headers = { 'idempotency-key': newId() };
    const first = await asOperator('POST', `/api/v1/admin/dead-letters/${id}/retry`, headers);
    expect(first).toMatchObject({ status: 200, body: { id, state: 'queued' } });
    await eventually(
      async () => (await sql()`select 1 from outbox_queue where event_id = ${id ?? ''}::uuid`).length,
      (queued) => queued === 0,
    );
    const again = await asOperator('POST', `/api/v1/admin/dead-letters/${id}/retry`, headers);
    expect(again).toMatchObject({ status: 200, headers: { 'idempotency-replayed': 'true' } });
    const later = await asOperator('POST', `/api/v1/admin/dead-letters/${id}/retry`);
    expect(later.status).toBe(409);
    deadIds = deadIds.slice(1);
  });

  it('delivers a document that is retried, with the address of now', async () => {
    const retried = await asOperator('POST', `/api/v1/admin/dead-letters/${documentId}/retry`);
    expect(retried).toMatchObject({ status: 200, body: { id: documentId, state: 'queued' } });
    await eventually(
      async () => (await sql()`select 1 from spool`).length,
      (waiting) => waiting === 0,
    );
    const entry = await t.request('GET', `/api/v1/activity/${documentId}`);
    expect(entry).toMatchObject({ status: 200, body: { event_type: 'spooled', user_email: t.tenant.email } });
    expect(await listed('')).toEqual(deadIds);
  });
});
