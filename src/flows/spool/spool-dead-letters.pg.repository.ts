import { Injectable } from '@nestjs/common';
import { eq, sql } from 'drizzle-orm';

import { newestFirst, olderThan } from '../../stores/postgres/keyset.js';
import type { Position } from '../../common/http/page.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import type { DeadLetter, DeadLetterDetail, DeadLetterQueue } from '../dead-letters/dead-letter.js';
import { unpacked } from '../ingest/ingested-documents.mongo.repository.js';
import { type DeadRows, isDead, revive } from '../queue/dead-rows.pg.repository.js';
import { spool } from './spool.table.js';

const summary = {
  source: sql<'spool'>`'spool'`,
  id: spool.id,
  type: spool.collection,
  aggregate: spool.aggregate,
  orgId: spool.organizationId,
  attempts: spool.attempts,
  lastError: spool.lastError,
  recordedAt: spool.acceptedAt,
  // Of a dead letter it is never null.
  deadAt: sql<Date>`${spool.deadAt}`.mapWith(spool.deadAt),
};

const letters: DeadRows = { table: spool, id: spool.id, deadAt: spool.deadAt };

/** The documents that were accepted while MongoDB was away and that MongoDB has refused since. */
@Injectable()
export class SpoolDeadLetters implements DeadLetterQueue {
  constructor(private readonly postgres: Postgres) {}

  list(limit: number, before: Position | null): Promise<DeadLetter[]> {
    return this.postgres.run((db) =>
      db
        .select(summary)
        .from(spool)
        .where(isDead(letters, olderThan(spool.deadAt, spool.id, before)))
        .orderBy(...newestFirst(spool.deadAt, spool.id))
        .limit(limit),
    );
  }

  async find(id: string): Promise<DeadLetterDetail | null> {
    const [row] = await this.postgres.run((db) =>
      db
        .select({ ...summary, subjectUserId: spool.subjectUserId, document: spool.document })
        .from(spool)
        .where(isDead(letters, eq(spool.id, id))),
    );
    if (!row) return null;
    const { document, ...letter } = row;
    const payload = unpacked(document, letter.subjectUserId, null);
    return { ...letter, ...actorOf(payload), payload };
  }

  async knows(id: string): Promise<boolean> {
    const rows = await this.postgres.run((db) =>
      db.select({ id: spool.id }).from(spool).where(eq(spool.id, id)),
    );
    return rows.length > 0;
  }

  /** Relays find it at their next poll. */
  retry(ids: readonly string[] | 'all'): Promise<number> {
    return this.postgres.run((db) => revive(db, letters, ids));
  }
}

/** Activity entries name their actor. Other documents need not. */
const actorOf = ({ actor_id: userId, api_key_id: apiKeyId }: Record<string, unknown>) => ({
  actorUserId: typeof userId === 'string' ? userId : null,
  actorApiKeyId: typeof apiKeyId === 'string' ? apiKeyId : null,
});
