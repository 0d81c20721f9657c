import type mongoose from 'mongoose';
import { v7 } from 'uuid';

import { newId } from '../../../src/common/ids/ids.js';
import type { Head } from '../../../src/modules/audit/checkpoints/chain.js';
import { CheckpointsModule } from '../../../src/modules/audit/checkpoints/checkpoints.module.js';
import { CheckpointTuning } from '../../../src/modules/audit/checkpoints/checkpoint-tuning.js';
import { Sealer } from '../../../src/modules/audit/checkpoints/sealer.js';
import {
  ActivityVerification,
  type VerificationReport,
} from '../../../src/modules/audit/checkpoints/verification.js';
import { ACTIVITY_COLLECTION, type ActivityLog } from '../../../src/modules/activity/activity-log.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { eventually } from '../../support/eventually.js';
import { createTestStores, type TestStores } from '../../support/test-stores.js';
import { anEvent, Flows, type FlowsOptions } from '../flows/support/flows-harness.js';

type Collection = mongoose.mongo.Collection<ActivityLog>;

interface StartOptions {
  tuning?: Partial<CheckpointTuning>;
  flows?: FlowsOptions;
}

/** A process with an activity log that is sealed when a test says so, and everything that has an id at once. */
export class AuditedLog {
  private constructor(
    readonly stores: TestStores,
    readonly flows: Flows,
  ) {}

  static async start({
    stores,
    ...options
  }: StartOptions & { stores?: TestStores } = {}): Promise<AuditedLog> {
    const own = stores ?? (await createTestStores());
    const tuning = Object.assign(new CheckpointTuning(), { settleMs: 0, everyMs: 3_600_000 }, options.tuning);
    const flows = await Flows.start(own, {
      env: { PROCESS_ROLE: 'api' },
      ...options.flows,
      imports: [CheckpointsModule],
      replace: [[CheckpointTuning, tuning], ...(options.flows?.replace ?? [])],
    });
    return new AuditedLog(own, flows);
  }

  get collection(): Collection {
    const { db } = this.flows.get(Mongo).connection;
    if (!db) throw new Error('MongoDB is not connected');
    return db.collection<ActivityLog>(ACTIVITY_COLLECTION);
  }

  get sql(): Postgres['sql'] {
    return this.flows.get(Postgres).sql;
  }

  /** Entries of clients, in the order of their ids. */
  async record(orgId: string, count: number, overrides: Partial<ActivityLog> = {}): Promise<ActivityLog[]> {
    const entries = Array.from({ length: count }, (_, n) => anEntry(orgId, { payload: { n }, ...overrides }));
    await this.collection.insertMany(entries);
    return entries;
  }

  /** Resolves when nothing waits in the outbox: what is delivered is marked a moment after it can be read. */
  async isMarked(): Promise<void> {
    await eventually(
      () => this.sql`select 1 from outbox_queue where not is_delivered and dead_at is null`,
      (waiting) => waiting.length === 0,
    );
  }

  /** Entries of the outbox; they are in MongoDB, and marked as delivered, afterwards. */
  async commit(orgId: string, count: number): Promise<void> {
    const subject = { userId: newId(), email: 'ada@example.com' };
    for (let n = 0; n < count; n += 1) {
      await this.flows.commit(anEvent({ orgId, subject, payload: { n, 'a.b': [1.5, null] } }));
    }
    await this.isMarked();
  }

  /** Seals everything that there is now. */
  async seal(signal: AbortSignal = new AbortController().signal): Promise<boolean> {
    const now = Date.now();
    await eventually(
      () => Promise.resolve(Date.now()),
      (later) => later > now + 1,
    );
    return this.flows.get(Sealer).seal(signal);
  }

  verify(
    orgId: string,
    {
      from = null,
      to = null,
      known = null,
    }: { from?: Date | null; to?: Date | null; known?: Head | null } = {},
  ): Promise<VerificationReport> {
    return this.flows.get(ActivityVerification).verify(orgId, { range: { from, to }, known });
  }

  /** What verification finds, as `kind id` or `kind #checkpoint`, sorted. */
  async findings(orgId: string, options: Parameters<AuditedLog['verify']>[1] = {}): Promise<string[]> {
    const { findings, findingsTotal } = await this.verify(orgId, options);
    if (findings.length !== findingsTotal) throw new Error(`${findingsTotal} findings`);
    return findings
      .map(({ kind, entryId, checkpoint }) => `${kind} ${entryId ?? `#${checkpoint}`}`)
      .toSorted();
  }

  /** How often each entry is sealed. */
  async sealedIds(orgId: string): Promise<string[]> {
    const rows = await this.sql<{ id: string }[]>`
      select encode(substring(leaves from 64 * n + 1 for 16), 'hex')::uuid::text as id
      from audit_checkpoints, generate_series(0, length(leaves) / 64 - 1) as n
      where organization_id = ${orgId} order by 1`;
    return rows.map(({ id }) => id);
  }

  async close(): Promise<void> {
    await this.flows.close();
  }
}

/** An entry that a client gave, made a moment ago. */
export function anEntry(orgId: string, overrides: Partial<ActivityLog> = {}): ActivityLog {
  const now = new Date();
  return {
    _id: newId(),
    organization_id: orgId,
    event_type: 'page_view',
    user_id: 'user-1',
    user_email: 'ada@example.com',
    actor_id: newId(),
    api_key_id: null,
    resource_type: 'page',
    resource_id: 'p-1',
    payload: {},
    occurred_at: now,
    recorded_at: now,
    source: 'api',
    ...overrides,
  };
}

/** The id of an entry that was made so many milliseconds ago. */
export const idMadeAgo = (ms: number): string => v7({ msecs: Date.now() - ms });
