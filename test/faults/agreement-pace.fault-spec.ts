import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { newId } from '../../src/common/ids/ids.js';
import { Agreement } from '../../src/flows/agreement/agreement.js';
import { ReconciledService } from '../integration/reconciliation/reconciled-service.js';
import { FaultRun } from '../support/fault-run.js';

const run = new FaultRun('agreement-pace');
const RECORDS = 15_000;
const BATCH = 2_500;
const IDLE_MS = 5_000;
/** Of one core. */
const PROMISED = 0.05;
const WITHIN_MS = 60_000;

/** The share of a core that this process has taken meanwhile. */
async function shareDuring(work: () => Promise<unknown>): Promise<{ share: number; elapsedMs: number }> {
  const [startedAt, before] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(before);
  const elapsedMs = performance.now() - startedAt;
  return { share: (user + system) / 1_000 / elapsedMs, elapsedMs };
}

run.describeIfFull('it takes minutes, and measures the processor')(
  'the pace of the continuous comparison',
  () => {
    let service: ReconciledService;
    beforeAll(async () => {
      service = await ReconciledService.start({ PROCESS_ROLE: 'api' });
      for (let from = 0; from < RECORDS; from += BATCH) await seed(BATCH);
    }, 120_000);
    afterAll(() => service.close());

    /** Events and their entries, past the outbox. */
    async function seed(count: number): Promise<void> {
      const { orgId, userId } = service.t.tenant;
      const at = new Date();
      const ids = Array.from({ length: count }, newId);
      await service.sql`
      insert into outbox_events (id, aggregate_type, aggregate_id, organization_id, type, actor_user_id, payload, tags, recorded_at)
      select id::uuid, 'organization', ${orgId}, ${orgId}::uuid, 'organization.updated', ${userId}::uuid,
        '{}'::jsonb, '{}', ${at.toISOString()}::text::timestamptz
      from json_array_elements_text(${JSON.stringify(ids)}::text::json) as id`;
      const made = { event_type: 'organization.updated', user_id: null, user_email: null, actor_id: userId };
      const about = { api_key_id: null, resource_type: 'organization', resource_id: orgId, payload: {} };
      await service.collection('activity_logs').insertMany(
        ids.map((_id) => ({
          ...{ _id, organization_id: orgId, ...made, ...about, occurred_at: at, recorded_at: at },
          source: 'outbox',
        })),
      );
    }

    it(`takes a twentieth of a core at the most; a difference among ${RECORDS} recent records shows within a minute`, async () => {
      const agreement = service.t.app.get(Agreement, { strict: false });
      const never = new AbortController().signal;
      const [victim] = await service.collection('activity_logs').find().sort({ _id: -1 }).limit(1).toArray();
      await service.collection('activity_logs').deleteOne({ _id: victim?._id ?? '' });
      const idle = await shareDuring(() => pause(IDLE_MS));
      const recent = await shareDuring(() => agreement.lookAtRecent(never));
      const { differences } = await agreement.state();
      const pass = await shareDuring(() => agreement.pass(never));
      const shown = ({ share, elapsedMs }: typeof idle): string =>
        `${((share - idle.share) * 100).toFixed(2)} % for ${(elapsedMs / 1_000).toFixed(1)} s`;
      run.report(`${RECORDS} records: recent ${shown(recent)}, a pass ${shown(pass)}`);
      expect(differences).toEqual({ 'outbox-activity': 1 });
      expect(recent.elapsedMs).toBeLessThan(WITHIN_MS);
      expect(recent.share - idle.share + (pass.share - idle.share)).toBeLessThan(PROMISED);
    }, 600_000);
  },
);
