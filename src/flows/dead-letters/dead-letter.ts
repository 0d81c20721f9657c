import type { Position } from '../../common/http/page.js';

/** An event of the outbox or a document of the spool, on its way to MongoDB; an effect of a document; or a job of the scheduler. */
export const DEAD_LETTER_SOURCES = ['outbox', 'spool', 'effects', 'scheduler'] as const;
export type DeadLetterSource = (typeof DEAD_LETTER_SOURCES)[number];

/** An event, a document or a job that was given up after its attempts. */
export interface DeadLetter {
  source: DeadLetterSource;
  /** The event's, the document's or the job's: a UUIDv7, so that no two sources share one. */
  id: string;
  /** Of the event; the collection of a document; the kind of an effect; the name of a job, whose key is the aggregate. */
  type: string;
  aggregate: string;
  orgId: string;
  attempts: number;
  lastError: string | null;
  recordedAt: Date;
  deadAt: Date;
}

/** With what it would write, and who did it; without the address of whom it is about. */
export interface DeadLetterDetail extends DeadLetter {
  actorUserId: string | null;
  actorApiKeyId: string | null;
  subjectUserId: string | null;
  payload: unknown;
}

/** What one of the sources has given up. */
export interface DeadLetterQueue {
  /** Newest first. */
  list: (limit: number, before: Position | null) => Promise<DeadLetter[]>;
  /** Null for one that is none, whether it waits, is delivered, or never was. */
  find: (id: string) => Promise<DeadLetterDetail | null>;
  /** Whether it is known, whatever became of it. */
  knows: (id: string) => Promise<boolean>;
  /** Gives these, or all, their full attempts again. Returns how many were dead letters. */
  retry: (ids: readonly string[] | 'all') => Promise<number>;
}
