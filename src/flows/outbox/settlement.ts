import { Injectable, Logger } from '@nestjs/common';

import { GroupCommit } from '../queue/group-commit.js';
import { OutboxQueue, type Outcome } from './outbox-queue.pg.repository.js';
import { OutboxTuning } from './outbox-tuning.js';
import { Readdressing } from './readdressing.js';

/** Marks delivered events, for all deliveries of the process together. */
@Injectable()
export class Settlement {
  private readonly logger = new Logger(Settlement.name);
  private readonly groups: GroupCommit<Outcome>;

  constructor(
    queue: OutboxQueue,
    tuning: OutboxTuning,
    private readonly readdressing: Readdressing,
  ) {
    this.groups = new GroupCommit({ ...tuning.groups, perFlush: 2 * tuning.batchSize }, (outcomes) =>
      queue.settle(outcomes),
    );
  }

  /**
   * False if the outcomes may not have been recorded. Never rejects. Such events are found again, when their leases
   * end at the latest, and a repeated delivery changes nothing.
   */
  async record(outcomes: readonly Outcome[]): Promise<boolean> {
    try {
      await this.groups.add(outcomes);
      if (outcomes.some(({ kind, hasFollowers }) => kind === 'delivered' && hasFollowers))
        this.readdressing.wake();
      return true;
    } catch (error) {
      this.logger.warn(
        `${outcomes.length} outcomes could not be recorded and will be repeated: ${String(error)}`,
      );
      return false;
    }
  }

  idle(): Promise<void> {
    return this.groups.idle();
  }
}
