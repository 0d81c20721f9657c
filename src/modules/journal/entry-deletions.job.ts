import { Injectable } from '@nestjs/common';

import { Clock } from '../../common/time/clock.js';
import { type PeriodicJob, ScheduledJob } from '../../flows/scheduler/scheduled-job.js';
import { EntryPlaces } from './entry-places.service.js';
import { JournalEntriesRepository } from './journal-entries.mongo.repository.js';

const BATCH = 200;
/** No request takes so long. */
const INTERRUPTED_MS = 60_000;

/** Finishes deletions that were interrupted after the entry was hidden and before its reservation was released. */
@ScheduledJob()
@Injectable()
export class EntryDeletions implements PeriodicJob {
  readonly name = 'journal.deletions';
  readonly kind = 'periodic';
  readonly everyMs = 60_000;

  constructor(
    private readonly entries: JournalEntriesRepository,
    private readonly places: EntryPlaces,
    private readonly clock: Clock,
  ) {}

  async run(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - INTERRUPTED_MS);
    for (const entry of await this.entries.hiddenSince(before, BATCH))
      await this.places.giveBack({ userId: null, apiKeyId: null }, entry);
  }
}
