import { Injectable } from '@nestjs/common';

import { Clock } from '../../common/time/clock.js';
import type { OwnedCollection } from '../collections/owned-collection.js';
import { Declarations } from '../declarations.js';
import { type PeriodicJob, ScheduledJob } from '../scheduler/scheduled-job.js';
import { CountJournal } from './count-journal.mongo.repository.js';
import type { CountRule } from './count-rule.js';
import { Counting } from './counting.js';
import { CountingTuning } from './counting-tuning.js';

const BATCH = 100;

/** Counts the inserts of writes whose process died, or lost MongoDB, before it counted them. */
@ScheduledJob()
@Injectable()
export class CountRecovery implements PeriodicJob {
  readonly name = 'counting.recovery';
  readonly kind = 'periodic';
  readonly everyMs: number;

  constructor(
    private readonly declarations: Declarations,
    private readonly journal: CountJournal,
    private readonly counting: Counting,
    private readonly clock: Clock,
    private readonly tuning: CountingTuning,
  ) {
    this.everyMs = tuning.recoverEveryMs;
  }

  async run({ signal }: { signal: AbortSignal }): Promise<void> {
    const moment = new Date(this.clock.now().getTime() - this.tuning.abandonedMs);
    for (const owned of this.declarations.collections) {
      if (owned.counted) await this.recover(owned, owned.counted, moment, signal);
    }
  }

  private async recover(
    owned: OwnedCollection,
    rule: CountRule,
    moment: Date,
    signal: AbortSignal,
  ): Promise<void> {
    for (;;) {
      const entries = await this.journal.openedBefore(rule, moment, BATCH);
      let counted = 0;
      for (const entry of entries) {
        if (signal.aborted) return;
        if (!(await this.counting.count(rule, await this.journal.insertedBy(owned, entry)))) continue;
        await this.journal.close(rule, [entry._id]);
        counted += 1;
      }
      if (counted === 0) return;
    }
  }
}
