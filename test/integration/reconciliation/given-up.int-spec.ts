import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ReconciledService } from './reconciled-service.js';

const UNIQUE = { only_once: 1 } as const;

describe('documents that were acknowledged and given up', () => {
  let service: ReconciledService;
  beforeAll(async () => {
    service = await ReconciledService.start();
  });
  afterAll(() => service.close());

  const verify = (isRepair = false) => service.verify({ only: ['spool'], isRepair });

  it('are missing until they are inserted, with the address of now', async () => {
    const id = await service.giveUp();
    expect(await verify()).toMatchObject({ ok: false, checks: [{ name: 'spool', compared: 1, missing: 1 }] });
    expect(await verify(true)).toMatchObject({ ok: true });
    const entry = await service.collection('activity_logs').findOne({ _id: id });
    expect(entry).toMatchObject({ user_id: service.t.tenant.userId, user_email: service.t.tenant.email });
    expect(await service.sql`select 1 from spool`).toHaveLength(0);
    expect(await verify()).toMatchObject({ ok: true, checks: [{ compared: 0, missing: 0 }] });
  });

  it('are not missing where MongoDB has them after all', async () => {
    const there = await service.giveUp();
    await service.collection('activity_logs').insertOne({ _id: there });
    expect(await verify()).toMatchObject({ ok: true, checks: [{ compared: 1, missing: 0 }] });
    await service.sql`delete from spool`;
  });

  it('are left and counted while MongoDB refuses them', async () => {
    const { orgId } = service.t.tenant;
    await service.collection('activity_logs').createIndex(UNIQUE, {
      unique: true,
      partialFilterExpression: { only_once: { $exists: true } },
    });
    await service
      .collection('activity_logs')
      .insertOne({ _id: 'first', organization_id: orgId, only_once: 1 });
    await service.giveUp({ only_once: 1 });
    expect(await verify(true)).toMatchObject({ ok: false, checks: [{ missing: 1 }] });
    expect(await service.sql`select 1 from spool where dead_at is not null`).toHaveLength(1);
  });
});
