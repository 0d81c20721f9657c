import { COMMENT, eventFrame, retryFrame } from '../../common/http/sse.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import type { LiveTuning } from './live-tuning.js';
import type { StreamEvent, StreamSource } from './stream-source.js';
import type { Wakeup } from './wakeup.js';

export interface Following {
  /** Where the client stands. */
  afterId: string | null;
  /** What was read already, before the answer began. */
  first: readonly StreamEvent[];
  wakeup: Wakeup;
  signal: AbortSignal;
  /** How long to wait at most before the store is read again. */
  pollMs: () => number;
  /** Whether the credential is still valid and stands for the same principal. */
  isAllowed: () => Promise<boolean>;
  tuning: Pick<LiveTuning, 'batch' | 'commentMs' | 'retryMs'>;
}

/**
 * The text of one client's stream, produced as fast as the client takes it. It ends after a last event, with the credential,
 * or when `signal` is aborted. A store that is away only delays it.
 */
export async function* eventFrames(source: StreamSource, following: Following): AsyncGenerator<string, void> {
  const { wakeup, signal, tuning } = following;
  let { afterId, first: events } = following;
  yield retryFrame(tuning.retryMs + Math.floor(Math.random() * tuning.retryMs));
  let sentAt = performance.now();
  while (!signal.aborted) {
    // Before each batch: a revoked credential gets nothing more.
    if (events.length > 0 && !(await following.isAllowed())) return;
    for (const event of events) {
      yield eventFrame(event);
      if (event.isLast === true || signal.aborted) return;
      afterId = event.id;
      sentAt = performance.now();
    }
    if (events.length < tuning.batch) {
      const untilCommentMs = sentAt + tuning.commentMs - performance.now();
      await wakeup.within(Math.min(following.pollMs(), untilCommentMs));
      if (signal.aborted) return;
    }
    if (performance.now() - sentAt >= tuning.commentMs) {
      if (!(await following.isAllowed())) return;
      yield COMMENT;
      sentAt = performance.now();
    }
    events = await readOrNothing(source, afterId, tuning.batch);
  }
}

async function readOrNothing(
  source: StreamSource,
  afterId: string | null,
  limit: number,
): Promise<readonly StreamEvent[]> {
  try {
    return await source.read(afterId, limit);
  } catch (error) {
    if (error instanceof StoreUnavailable) return [];
    throw error;
  }
}
