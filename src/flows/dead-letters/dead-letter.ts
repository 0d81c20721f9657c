import type { Position } from '../../common/http/page.js';

/**
 * The sources of dead letters: events of the outbox and documents of the spool on their way to MongoDB, effects of
 * documents, and jobs of the scheduler.
 */
export const DEAD_LETTER_SOURCES = ['outbox', 'spool', 'effects', 'scheduler'] as const;
export type DeadLetterSource = (typeof DEAD_LETTER_SOURCES)[number];

/** An event, a document or a job that was given up after its attempts. */
export interface DeadLetter {
  source: DeadLetterSource;
  /** The id of the event, the document or the job: a UUIDv7, so ids of different sources never collide. */
  id: string;
  /**
   * The type of the event, the collection of the document, the kind of the effect, or the name of the job. The key of
   * a job stands in the aggregate.
   */
  type: string;
  aggregate: string;
  orgId: string;
  attempts: number;
  lastError: string | null;
  recordedAt: Date;
  deadAt: Date;
}

/** With the content that it would write and the actor, but without the address of the person it is about. */
export interface DeadLetterDetail extends DeadLetter {
  actorUserId: string | null;
  actorApiKeyId: string | null;
  subjectUserId: string | null;
  payload: unknown;
}

/** The dead letters of one source. */
export interface DeadLetterQueue {
  /** Newest first. */
  list: (limit: number, before: Position | null) => Promise<DeadLetter[]>;
  /** Null if the row is not a dead letter: it waits, is delivered, or never existed. */
  find: (id: string) => Promise<DeadLetterDetail | null>;
  /** Whether the id is known, in whatever state. */
  knows: (id: string) => Promise<boolean>;
  /** Resets the attempts of these dead letters, or of all. Returns how many there were. */
  retry: (ids: readonly string[] | 'all') => Promise<number>;
}
