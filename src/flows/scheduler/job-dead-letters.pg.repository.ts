import { Injectable } from '@nestjs/common';
import { eq, sql } from 'drizzle-orm';

import { newestFirst, olderThan } from '../../stores/postgres/keyset.js';
import type { Position } from '../../common/http/page.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import type { DeadLetter, DeadLetterDetail, DeadLetterQueue } from '../dead-letters/dead-letter.js';
import { type DeadRows, isDead, revive } from '../queue/dead-rows.pg.repository.js';
import { scheduledJobs } from './scheduled-jobs.table.js';

const summary = {
  source: sql<'scheduler'>`'scheduler'`,
  id: scheduledJobs.id,
  type: scheduledJobs.job,
  aggregate: scheduledJobs.key,
  // A periodic job, the only one without an organisation, never becomes a dead letter.
  orgId: sql<string>`${scheduledJobs.organizationId}`,
  attempts: scheduledJobs.attempts,
  lastError: scheduledJobs.lastError,
  recordedAt: scheduledJobs.scheduledAt,
  // Of a dead letter it is never null.
  deadAt: sql<Date>`${scheduledJobs.deadAt}`.mapWith(scheduledJobs.deadAt),
};

const NO_PERSON = { actorUserId: null, actorApiKeyId: null, subjectUserId: null };

const letters: DeadRows = { table: scheduledJobs, id: scheduledJobs.id, deadAt: scheduledJobs.deadAt };

/** The jobs that have failed at every attempt. */
@Injectable()
export class JobDeadLetters implements DeadLetterQueue {
  constructor(private readonly postgres: Postgres) {}

  list(limit: number, before: Position | null): Promise<DeadLetter[]> {
    return this.postgres.run((db) =>
      db
        .select(summary)
        .from(scheduledJobs)
        .where(isDead(letters, olderThan(scheduledJobs.deadAt, scheduledJobs.id, before)))
        .orderBy(...newestFirst(scheduledJobs.deadAt, scheduledJobs.id))
        .limit(limit),
    );
  }

  async find(id: string): Promise<DeadLetterDetail | null> {
    const [row] = await this.postgres.run((db) =>
      db
        .select({ ...summary, payload: scheduledJobs.payload })
        .from(scheduledJobs)
        .where(isDead(letters, eq(scheduledJobs.id, id))),
    );
    return row ? { ...row, ...NO_PERSON, payload: row.payload ?? {} } : null;
  }

  async knows(id: string): Promise<boolean> {
    const rows = await this.postgres.run((db) =>
      db.select({ id: scheduledJobs.id }).from(scheduledJobs).where(eq(scheduledJobs.id, id)),
    );
    return rows.length > 0;
  }

  /** Workers find it at their next poll. */
  retry(ids: readonly string[] | 'all'): Promise<number> {
    return this.postgres.run((db) => revive(db, letters, ids));
  }
}
