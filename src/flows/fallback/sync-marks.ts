import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';

import { StoreUnavailable } from '../../stores/store-unavailable.js';
import type { Replica, ReplicatedRecord } from './replica.js';

/** Marks of records that both stores hold are removed in batches, and no caller waits for that. */
const PAUSE_MS = 50;

/**
 * Removes the marks in MongoDB, which every write sets before the outcome of PostgreSQL is known. If the process dies
 * before it removes a mark, the reconciler has to examine the record once more.
 */
@Injectable()
export class SyncMarks implements BeforeApplicationShutdown {
  private readonly logger = new Logger(SyncMarks.name);
  private readonly waiting = new Map<Replica<ReplicatedRecord>, ReplicatedRecord[]>();
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> = Promise.resolve();

  /** Call it when both stores hold this version. */
  clear<T extends ReplicatedRecord>(replica: Replica<T>, { id, version }: ReplicatedRecord): void {
    const ofReplica = this.waiting.get(replica) ?? [];
    ofReplica.push({ id, version });
    this.waiting.set(replica, ofReplica);
    this.timer ??= setTimeout(() => void this.flush(), PAUSE_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.flush();
  }

  /** Resolves when nothing is waiting. Never rejects. */
  flush(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const batches = [...this.waiting];
    this.waiting.clear();
    this.running = this.running.then(() => this.write(batches));
    return this.running;
  }

  private async write(batches: readonly [Replica<ReplicatedRecord>, ReplicatedRecord[]][]): Promise<void> {
    for (const [replica, records] of batches) {
      try {
        await replica.markSynced(records);
      } catch (error) {
        if (!(error instanceof StoreUnavailable))
          this.logger.error(
            { err: error },
            'Marks could not be taken off; the reconciler looks at the records',
          );
      }
    }
  }
}
