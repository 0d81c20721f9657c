import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { packed } from '../../../src/flows/ingest/ingested-documents.mongo.repository.js';
import { aDocument } from '../spool/spool-harness.js';
import { ReconciledService } from './reconciled-service.js';

const UNIQUE = { only_once: 1 } as const;

describe('documents that were acknowledged and given up', () => {
  let service: ReconciledService;
  beforeAll(async () => {
    service = await ReconciledService.start();
  });
  afterAll(() => service.close());

  /** In the spool, as the relay leaves a document that MongoDB has refused too often. */
  async function giveUp(fields: Record<string, unknown> = {}): Promise<string> {
    const { orgId, userId } = service.t.tenant;
    const ingested = aDocument({ user_id: userId, ...fields }, { orgId, subjectUserId: userId });
    const { collection, aggregate, document } = ingested;
    await service.sql`
      insert into spool (id, organization_id, collection, aggregate, document, subject_user_id, tags, accepted_at,
        available_at, attempts, last_error, dead_at)
      values (${document._id}, ${orgId}, ${collection}, ${aggregate}, ${Buffer.from(packed(ingested))}, ${userId},
        array[${`o:${orgId}:activity`}], now(), now(), 8, 'refused', now())`;
    return document._id;
  }
  const verify = (isRepair = false) => service.verify({ only: ['spool'], isRepair });

  it('are missing until they are inserted, with the address of now', async () => {
    const id = await giveUp();
    expect(await verify()).toMatchObject({ ok: false, checks: [{ name: 'spool', compared: 1, missing: 1 }] });
    expect(await verify(true)).toMatchObject({ ok: true });
    const entry = await service.collection('activity_logs').findOne({ _id: id });
    expect(entry).toMatchObject({ user_id: service.t.tenant.userId, user_email: service.t.tenant.email });
    expect(await service.sql`select 1 from spool`).toHaveLength(0);
    expect(await verify()).toMatchObject({ ok: true, checks: [{ compared: 0, missing: 0 }] });
  });

  it('are not missing where MongoDB has them after all', async () => {
    const there = await giveUp();
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
    await giveUp({ only_once: 1 });
    expect(await verify(true)).toMatchObject({ ok: false, checks: [{ missing: 1 }] });
    expect(await service.sql`select 1 from spool where dead_at is not null`).toHaveLength(1);
  });
});
