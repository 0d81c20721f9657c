const POOL = 10;
const QUEUE = 3;
/** With fewer connections than this, the queue has one. */
const FEW = 12;

/** What a process is told about its connections to PostgreSQL. */
export interface ConnectionLimits {
  /** `DATABASE_MAX_CONNECTIONS`: all of them. */
  all: number | null;
  /** `DATABASE_POOL_MAX`: those for requests. */
  pool: number | null;
  /** Whether it delivers events and runs jobs, for which it listens on a connection of its own. */
  isListening: boolean;
  hasRedis: boolean;
}

/**
 * How many connections of a process to the primary serve requests, and how many the queues of events and jobs. Beside these
 * there is one that checks whether PostgreSQL answers, one that listens, and two by which instances with a Redis see each
 * other.
 */
export function connectionShares({
  all,
  pool,
  isListening,
  hasRedis,
}: ConnectionLimits): { pool: number; queue: number } | { needed: number } {
  if (all === null) return { pool: pool ?? POOL, queue: QUEUE };
  const others = 1 + (isListening ? 1 : 0) + (hasRedis ? 2 : 0);
  const queue = all < FEW ? 1 : QUEUE;
  const left = all - others - queue;
  return left < 1 ? { needed: others + 2 } : { pool: Math.min(pool ?? left, left), queue };
}
