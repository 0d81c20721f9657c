import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Redis } from '../../../src/stores/redis/redis.js';
import { eventually } from '../../support/eventually.js';
import { ReconciledService } from './reconciled-service.js';

const ONLY = { only: ['layer-eight-answers'] };
const USER = 'user:1*';
const KEYS = ['plain', 'with:colon/and slash', 'gone', 'forged'];

describe("Layer 8's values in Redis", () => {
  let service: ReconciledService;
  beforeAll(async () => {
    service = await ReconciledService.start();
    const transaction = { user_id: USER, amount: 5, transaction_type: 'purchase' };
    await service.t.request('POST', '/write/transaction', { body: transaction });
    for (const key of KEYS)
      await service.t.request('POST', '/write/document', { body: { key, data: { a: key } } });
    await service.settled();
  }, 180_000);
  afterAll(() => service.close());

  const transactions = () => service.t.request('GET', `/read/transaction/${encodeURIComponent(USER)}`);
  const document = (key: string) => service.t.request('GET', `/read/document/${encodeURIComponent(key)}`);
  const isHeld = async (key: string): Promise<boolean> =>
    ((await document(key)).body as { from_cache?: boolean }).from_cache === true;
  const held = async () => {
    for (const key of KEYS) await eventually(() => isHeld(key), Boolean);
    await eventually(transactions, ({ body }) => (body as { source: string }).source === 'cache');
  };
  const forge = async (name: string, from: string, to: string): Promise<void> => {
    const key = `${service.t.stores.config.redis.keyPrefix}:x:${service.t.tenant.orgId}:${name}`;
    const redis = service.t.app.get(Redis);
    const text = (await redis.run((client) => client.get(key), 2_000)) ?? '';
    if (!text.includes(from)) throw new Error(`Nothing to change in ${key}`);
    await redis.run((client) => client.set(key, text.replace(from, to), { KEEPTTL: true }), 2_000);
  };

  it('are all compared, and differ in nothing', async () => {
    await held();
    const report = await service.verify(ONLY);
    expect(report).toMatchObject({ ok: true, details: [], checks: [{ compared: KEYS.length + 1 }] });
  });

  it('are not compared once a write has made them a miss', async () => {
    await held();
    await service.t.request('POST', '/write/document', { body: { key: 'plain', data: { a: 'plain' } } });
    const report = await service.verify(ONLY);
    expect(report).toMatchObject({ ok: true, details: [], checks: [{ compared: KEYS.length }] });
  });

  it('are found where a store was changed past the service or the value was forged, and not served any more', async () => {
    await held();
    const documents = service.collection('documents');
    await documents.updateOne({ key: 'with:colon/and slash' }, { $set: { data: { a: 'altered' } } });
    await documents.updateOne({ key: 'gone' }, { $set: { deleted_at: new Date() } });
    await forge('doc:forged', 'forged', 'false');
    await service.sql`update transactions set amount = 6 where user_id = ${USER}`;
    expect(await isHeld('gone')).toBe(true);
    const report = await service.verify(ONLY);
    expect(report).toMatchObject({
      ok: false,
      checks: [{ compared: 5, different: 3, extra: 1, missing: 0 }],
    });
    expect(JSON.stringify(report.details)).not.toContain('forged');
    const repaired = await service.verify({ ...ONLY, isRepair: true });
    expect(repaired).toMatchObject({ ok: true, remaining: 0, checks: [{ repaired: 4 }] });
    expect((await document('gone')).status).toBe(404);
    expect((await document('forged')).body).toMatchObject({ from_cache: false, data: { a: 'forged' } });
    expect((await document('with:colon/and slash')).body).toMatchObject({ data: { a: 'altered' } });
    expect((await transactions()).body).toMatchObject({ source: 'postgres', value: [{ amount: 6 }] });
    expect(await service.verify(ONLY)).toMatchObject({ ok: true });
  });
});
