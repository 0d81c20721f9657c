import { Injectable } from '@nestjs/common';

import type { Check, ComparedBatch, Difference } from '../../flows/reconciliation/check.js';
import { ComparedMoods } from './compared-moods.mongo.repository.js';
import { MoodNotes } from './mood-notes.js';
import { MOODS_COLLECTION } from './mood.js';

/** Checks that every note can be decrypted in its place, so it was neither changed nor moved from another mood. */
@Injectable()
export class MoodNotesCheck implements Check {
  readonly name = 'mood-notes';

  constructor(
    private readonly moods: ComparedMoods,
    private readonly notes: MoodNotes,
  ) {}

  async *compare(): AsyncGenerator<ComparedBatch> {
    for await (const batch of this.moods.having('note')) {
      const differences: Difference[] = [];
      for (const mood of batch)
        if (!(await this.notes.isReadable(mood))) differences.push(differenceOf(mood._id));
      yield { compared: batch.length, differences };
    }
  }

  /** No copy of the original note exists. */
  repair(): Promise<null> {
    return Promise.resolve(null);
  }
}

const differenceOf = (id: string): Difference => ({
  kind: 'different',
  record: `${MOODS_COLLECTION}/${id}`,
  id,
  detail: 'note, which cannot be decrypted',
  tags: [],
});
