import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ActivityVerification } from '../../../src/modules/audit/checkpoints/verification.js';
import { CheckpointTuning } from '../../../src/modules/audit/checkpoints/checkpoint-tuning.js';
import { Sealer } from '../../../src/modules/audit/checkpoints/sealer.js';
import { EventPartitions } from '../../../src/flows/retention/event-partitions.pg.repository.js';
import { eventually } from '../../support/eventually.js';
import { found, ReconciledService, total } from '../reconciliation/reconciled-service.js';
import { idOf, monthOf, sealEverything } from './logged-months.js';

const YEAR_MS = 365 * 86_400_000;

describe('after a month of events was dropped', () => {
  let service: ReconciledService;
  let sealed = 0;
  beforeAll(async () => {
    service = await ReconciledService.start();
    // Everything is old enough to be sealed.
    Object.assign(service.t.app.get(CheckpointTuning, { strict: false }), { settleMs: 0 });
    for (let n = 0; n < 3; n += 1) await service.login(await service.createUser());
    const { id } = await service.createUser();
    await service.t.request('DELETE', `/api/v1/users/${id}`);
    await service.settled();
    sealed = await eventually(sealAndCount, (count) => count >= 8);
    await sealEverything(service.sql);
    await drop();
  });
  afterAll(() => service.close());

  const verification = () =>
    service.t.app
      .get(ActivityVerification, { strict: false })
      .verify(service.t.tenant.orgId, { range: { from: null, to: null }, known: null });
  async function sealAndCount(): Promise<number> {
    await service.t.app.get(Sealer, { strict: false }).seal(new AbortController().signal);
    return (await verification()).checked;
  }
  /** This month, as if it had long ended. */
  async function drop(): Promise<void> {
    const partitions = service.t.app.get(EventPartitions, { strict: false });
    const [month] = await partitions.endedBefore(new Date(Date.now() + YEAR_MS));
    expect(month?.name).toBe(monthOf(new Date()));
    if (month)
      await eventually(
        () => partitions.drop(month),
        (fate) => fate === 'dropped',
      );
    expect(await service.sql`select 1 from outbox_events`).toHaveLength(0);
  }

  it('nothing is missing, and nothing is one too many', async () => {
    const before = await service.collection('activity_logs').countDocuments();
    const report = await service.verify({ isRepair: true });
    expect([found(report), total(report)]).toEqual([expect.any(Object), 0]);
    expect(await service.collection('activity_logs').countDocuments()).toBe(before);
    expect(before).toBeGreaterThanOrEqual(8);
  });

  it('the seal still covers every entry', async () => {
    expect(await verification()).toMatchObject({ checked: sealed, findingsTotal: 0 });
  });

  it('an entry that no event stands for is found where the log begins, and after', async () => {
    const [entry] = await service.collection('activity_logs').find({ source: 'outbox' }).limit(1).toArray();
    const [month] = await service.sql<{ id: string }[]>`select outbox_log_beginning() as id`;
    const forged = { ...entry, _id: month?.id ?? '' };
    const older = { ...entry, _id: idOf(new Date()) };
    await service.collection('activity_logs').insertMany([forged, older]);
    const report = await service.verify({ only: ['outbox-activity'] });
    expect(found(report)).toEqual({ 'outbox-activity': 1 });
    await service.collection('activity_logs').deleteMany({ _id: { $in: [forged._id, older._id] } });
  });

  it('an address that somebody had is not brought back', async () => {
    const left = await service.collection('activity_logs').find({ event_type: 'user.deleted' }).toArray();
    expect(left).toHaveLength(1);
    expect(left[0]?.['user_email'] ?? null).toBeNull();
  });
});
