import { Injectable, Logger } from '@nestjs/common';

import { GroupCommit } from './group-commit.js';
import { OutboxQueue, type Outcome } from './outbox-queue.pg.repository.js';
import { OutboxTuning } from './outbox-tuning.js';
import { Readdressing } from './readdressing.js';

/** Marks what was delivered, for all deliveries of the process together. */
@Injectable()
export class Settlement {
  private readonly logger = new Logger(Settlement.name);
  private readonly groups: GroupCommit<Outcome>;

  constructor(
    queue: OutboxQueue,
    tuning: OutboxTuning,
    private readonly readdressing: Readdressing,
  ) {
    this.groups = new GroupCommit(2 * tuning.batchSize, (outcomes) => queue.settle(outcomes));
  }

  /**
   * Never rejects: an outcome that could not be recorded is found again when its lease ends, and a repeated
   * delivery changes nothing.
   */
  async record(outcomes: readonly Outcome[]): Promise<void> {
    try {
      await this.groups.add(outcomes);
      if (outcomes.some(({ kind, hasFollowers }) => kind === 'delivered' && hasFollowers))
        this.readdressing.wake();
    } catch (error) {
      this.logger.warn(
        `${outcomes.length} outcomes could not be recorded and will be repeated: ${String(error)}`,
      );
    }
  }

  idle(): Promise<void> {
    return this.groups.idle();
  }
}
