import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { newId } from '../../src/common/ids/ids.js';
import { IngestedDocuments } from '../../src/flows/ingest/ingested-documents.mongo.repository.js';
import { SpoolIntake } from '../../src/flows/spool/spool-intake.pg.repository.js';
import { Postgres } from '../../src/stores/postgres/postgres.js';
import { newAccount } from '../factories/account.js';
import { eventually } from '../support/eventually.js';
import { activityShape, pageShape, userShape } from '../support/shapes.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const BATCH = { entries: [{ event_type: 'held' }, { event_type: 'held' }] };

describe('an entry whose person is changed while it is written', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp();
  });
  afterAll(() => t.close());

  /** The next call waits before it does anything; `release` lets it, and all later ones, go on. */
  function hold(target: object, method: string): { isHeld: () => boolean; release: () => void } {
    const original = Reflect.get(target, method) as (...args: unknown[]) => Promise<unknown>;
    let [isHeld, release] = [false, (): void => undefined];
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    Reflect.set(target, method, async (...args: unknown[]) => {
      isHeld = true;
      await released;
      return original.apply(target, args);
    });
    return {
      isHeld: () => isHeld,
      release: () => {
        Reflect.set(target, method, original);
        release();
      },
    };
  }

  const allFollowed = () =>
    eventually(
      () => t.app.get(Postgres).sql`select event_id from outbox_queue`,
      (rows) => rows.length === 0,
      10_000,
    );
  const addressesOf = async (userId: string) => {
    const answer = await t.request('GET', `/api/v1/activity?event_type=held&user_id=${userId}`);
    return pageShape(activityShape)
      .parse(answer.body)
      .data.map((entry) => entry.user_email);
  };

  const changes = {
    renamed: async (id: string) => {
      const email = newAccount().email;
      const answer = await t.request('PATCH', `/api/v1/users/${id}`, { body: { email } });
      expect(answer.status).toBe(200);
      return email;
    },
    deleted: async (id: string) => {
      expect((await t.request('DELETE', `/api/v1/users/${id}`)).status).toBe(204);
      return null;
    },
  };
  const ways = {
    directly: { target: () => t.app.get(IngestedDocuments), method: 'insert', isBatch: false, isOnce: false },
    'in a batch': {
      target: () => t.app.get(IngestedDocuments),
      method: 'insert',
      isBatch: true,
      isOnce: false,
    },
    'in the transaction of an Idempotency-Key': {
      ...{ target: () => t.app.get(SpoolIntake), method: 'appendWithin', isBatch: false },
      isOnce: true,
    },
  };
  const cases = (Object.keys(ways) as (keyof typeof ways)[]).flatMap((way) =>
    (Object.keys(changes) as (keyof typeof changes)[]).map((change) => ({ way, change })),
  );

  it.each(cases)('$change, written $way: shows no address of before', async ({ way, change }) => {
    const { target, method, isBatch, isOnce } = ways[way];
    const made = await t.request('POST', '/api/v1/users', { body: newAccount() });
    const { id } = userShape.parse(made.body);
    await allFollowed();
    const held = hold(target(), method);
    const entries = BATCH.entries.map((entry) => ({ ...entry, user_id: id }));
    const headers: Record<string, string> = isOnce ? { 'idempotency-key': newId() } : {};
    const writing = isBatch
      ? t.request('POST', '/api/v1/activity/batch', { body: { entries } })
      : t.request('POST', '/api/v1/activity', { body: entries[0], headers });
    await eventually(() => Promise.resolve(held.isHeld()), Boolean);
    const expected = await changes[change](id);
    await allFollowed();
    held.release();
    expect((await writing).status).toBe(isBatch ? 200 : 201);
    expect(await addressesOf(id)).toEqual(Array.from({ length: isBatch ? 2 : 1 }, () => expected));
  });
});
