import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { newId } from '../../src/common/ids/ids.js';
import { lastJson, runCli } from '../integration/cli/run-cli.js';
import { ReconciledService } from '../integration/reconciliation/reconciled-service.js';
import { FaultRun } from '../support/fault-run.js';

const run = new FaultRun('comparison-memory');
const EVENTS = run.size(30_000, 1_000_000);
const BATCH = 2_000;
/** What the payloads alone take on one side: more than the whole process may. */
const PAYLOAD_BYTES = run.size(8_000, 250);
const HEAP_MB = 200;
/** Of the heap's young generation, which is three of them, and which Node makes as large as all the rest unless told. */
const SEMI_SPACE_MB = 16;
const NODE_OPTIONS = `--max-old-space-size=${HEAP_MB - 3 * SEMI_SPACE_MB} --max-semi-space-size=${SEMI_SPACE_MB}`;
/** All checks together; the small size is for the memory alone, on machines that are busy. */
const WITHIN_SECONDS = 60;

describe('the memory of a comparison', () => {
  let service: ReconciledService;
  beforeAll(async () => {
    service = await ReconciledService.start();
    for (let from = 0; from < EVENTS; from += BATCH) await seed(BATCH);
    // It would seal the million entries beside the comparison whose time is measured.
    await service.t.app.close();
  }, 1_200_000);
  afterAll(() => service.t.stores.drop());

  /** Events and their entries, past the outbox. */
  async function seed(count: number): Promise<void> {
    const { orgId, userId } = service.t.tenant;
    const at = new Date();
    const ids = Array.from({ length: count }, newId);
    const payload = { text: 'x'.repeat(PAYLOAD_BYTES) };
    await service.sql`
      insert into outbox_events (id, aggregate_type, aggregate_id, organization_id, type, actor_user_id, payload, tags, recorded_at)
      select id::uuid, 'organization', ${orgId}, ${orgId}::uuid, 'organization.updated', ${userId}::uuid,
        ${JSON.stringify(payload)}::text::jsonb, '{}', ${at.toISOString()}::text::timestamptz
      from json_array_elements_text(${JSON.stringify(ids)}::text::json) as id`;
    await service.collection('activity_logs').insertMany(
      ids.map((id) => ({
        ...{
          _id: id,
          organization_id: orgId,
          event_type: 'organization.updated',
          user_id: null,
          user_email: null,
        },
        ...{ actor_id: userId, api_key_id: null, resource_type: 'organization', resource_id: orgId, payload },
        ...{ occurred_at: at, recorded_at: at, source: 'outbox' },
      })),
    );
  }

  it('does not grow with what is compared', async () => {
    const env = { ...service.t.stores.env, NODE_OPTIONS };
    const verified = await runCli('db-verify', ['--json'], env);
    expect({ code: verified.code, stderr: verified.code === 0 ? '' : verified.stderr }).toEqual({
      code: 0,
      stderr: '',
    });
    const { checks } = lastJson(verified) as {
      checks: { name: string; compared: number; seconds: number }[];
    };
    const figures = checks.map(({ name, compared, seconds }) => `${name} ${compared} in ${seconds} s`);
    const seconds = checks.reduce((sum, check) => sum + check.seconds, 0);
    run.report(
      `${Math.round((EVENTS * PAYLOAD_BYTES) / 1e6)} MB a side in ${HEAP_MB} MB of heap, ${seconds.toFixed(1)} s: ${figures.join(', ')}`,
    );
    expect(checks[0]).toMatchObject({ name: 'outbox-activity', compared: EVENTS });
    if (run.isFull) expect(seconds).toBeLessThan(WITHIN_SECONDS);
  }, 180_000);
});
