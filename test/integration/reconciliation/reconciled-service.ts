import type { mongo } from 'mongoose';

import { SharedTier } from '../../../src/cache/shared-tier.js';
import { newId } from '../../../src/common/ids/ids.js';
import type { DomainEvent } from '../../../src/flows/outbox/domain-event.js';
import type { Env } from '../../../src/config/aliases.js';
import { packed } from '../../../src/flows/ingest/ingested-documents.mongo.repository.js';
import { Outbox } from '../../../src/flows/outbox/outbox.js';
import {
  Reconciliation,
  type VerifyOptions,
  type VerifyReport,
} from '../../../src/flows/reconciliation/reconciliation.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { Redis } from '../../../src/stores/redis/redis.js';
import { newAccount } from '../../factories/account.js';
import { eventually } from '../../support/eventually.js';
import { createTestApp, type TestApp } from '../../support/test-app.js';
import { PATIENT } from '../cache/cache-instance.js';
import { aDocument } from '../spool/spool-harness.js';

export interface Document {
  _id: string;
  [field: string]: unknown;
}

/** The real application with data in all three stores, and ways to spoil them behind its back. */
export class ReconciledService {
  private constructor(readonly t: TestApp) {}

  static async start(overrides: Env = {}): Promise<ReconciledService> {
    const t = await createTestApp(overrides);
    // An answer that is not kept because Redis was slow once would be missing in Redis, and in the test's counts.
    Reflect.set(t.app.get(SharedTier), 'budget', PATIENT);
    return new ReconciledService(t);
  }

  get sql(): Postgres['sql'] {
    return this.t.app.get(Postgres).sql;
  }

  collection(name: string): mongo.Collection<Document> {
    const { db } = this.t.app.get(Mongo).connection;
    if (!db) throw new Error('MongoDB is not connected');
    return db.collection<Document>(name);
  }

  verify(options: VerifyOptions = {}): Promise<VerifyReport> {
    return this.t.app.get(Reconciliation, { strict: false }).verify({ detailLimit: 1_000, ...options });
  }

  /** A document in the spool, as the relay leaves it when MongoDB has refused it too often. Its id. */
  async giveUp(fields: Record<string, unknown> = {}): Promise<string> {
    const { orgId, userId } = this.t.tenant;
    const ingested = aDocument({ user_id: userId, ...fields }, { orgId, subjectUserId: userId });
    const { collection, aggregate, document } = ingested;
    await this.sql`
      insert into spool (id, organization_id, collection, aggregate, document, subject_user_id, tags, accepted_at,
        available_at, attempts, last_error, dead_at)
      values (${document._id}, ${orgId}, ${collection}, ${aggregate}, ${Buffer.from(packed(ingested))}, ${userId},
        array[${`o:${orgId}:activity`}], now(), now(), 8, 'refused', now())`;
    return document._id;
  }

  /** Over HTTP, like any client. */
  async createUser(): Promise<{ id: string; email: string }> {
    const answer = await this.t.request('POST', '/api/v1/users', { body: newAccount() });
    if (answer.status !== 201) throw new Error(answer.text);
    return answer.body as { id: string; email: string };
  }

  async post(body: Record<string, unknown>): Promise<Document> {
    const answer = await this.t.request('POST', '/api/v1/activity', { body });
    if (answer.status !== 201) throw new Error(answer.text);
    return answer.body as Document;
  }

  /** A login's event, without the price of its password. */
  async login(user: { id: string; email: string }): Promise<void> {
    const event: DomainEvent = {
      type: 'user.login',
      aggregate: { type: 'user', id: user.id },
      orgId: this.t.tenant.orgId,
      actor: { userId: user.id, apiKeyId: null },
      subject: { userId: user.id, email: user.email },
      payload: { session_id: newId() },
      tags: [],
    };
    await this.t.app.get(Postgres).transaction((tx) => this.t.app.get(Outbox).add(tx, event));
  }

  /** Until the queue is empty. */
  async settled(): Promise<void> {
    await eventually(
      async () => (await this.sql`select 1 from outbox_queue`).length,
      (left) => left === 0,
      20_000,
    );
  }

  /** Keys of cache entries, in any organisation. */
  async cacheKeys(): Promise<string[]> {
    const prefix = this.t.stores.config.redis.keyPrefix;
    const keys = await this.t.app.get(Redis).run((client) => client.keys(`${prefix}:{*}:e:*`), 2_000);
    return keys.filter((key) => !key.includes(':l:')).toSorted();
  }

  /** Changes the bytes of an entry in Redis, and nothing that says whether it is valid. */
  async tamper(key: string, change: (body: string) => string): Promise<void> {
    const redis = this.t.app.get(Redis);
    const text = (await redis.run((client) => client.get(key), 2_000)) ?? '';
    const headerEnd = 4 + Buffer.from(text).readUInt32BE(0);
    const [header, body] = [text.slice(0, headerEnd), text.slice(headerEnd)];
    if (body === '' || change(body) === body) throw new Error(`Nothing was changed in ${key}`);
    await redis.run((client) => client.set(key, header + change(body), { KEEPTTL: true }), 2_000);
  }

  close(): Promise<void> {
    return this.t.close();
  }
}

/** How many records each check has found. */
export const found = ({ checks }: VerifyReport): Record<string, number> =>
  Object.fromEntries(
    checks.map(({ name, missing, extra, different }) => [name, missing + extra + different]),
  );

export const total = (report: VerifyReport): number =>
  Object.values(found(report)).reduce((sum, count) => sum + count, 0);
