import { COMMENT, eventFrame, retryFrame } from '../../common/http/sse.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import type { LiveTuning } from './live-tuning.js';
import type { StreamEvent, StreamSource } from './stream-source.js';
import type { Wakeup } from './wakeup.js';

export interface Following {
  /** The id of the last event that the client has received. */
  afterId: string | null;
  /** Events that were read before the answer began. */
  first: readonly StreamEvent[];
  wakeup: Wakeup;
  signal: AbortSignal;
  /** How long to wait at most before the next read of the store. */
  pollMs: () => number;
  /** Whether the credential is still valid and belongs to the same principal. */
  isAllowed: () => Promise<boolean>;
  tuning: Pick<LiveTuning, 'batch' | 'commentMs' | 'retryMs'>;
}

/**
 * The text of one client's stream, produced as fast as the client takes it. It ends after a last event, when the
 * credential ends, or when `signal` is aborted. A store that is away only delays it.
 */
export async function* eventFrames(source: StreamSource, following: Following): AsyncGenerator<string, void> {
  const { wakeup, signal, tuning } = following;
  let { afterId, first: events } = following;
  yield retryFrame(tuning.retryMs + Math.floor(Math.random() * tuning.retryMs));
  let sentAt = performance.now();
  while (!signal.aborted) {
    // Checked before each batch, so that a revoked credential receives nothing more.
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
