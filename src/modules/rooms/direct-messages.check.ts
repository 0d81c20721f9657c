import { Inject, Injectable } from '@nestjs/common';

import { ReplicaComparison } from '../../flows/fallback/replica-comparison.js';
import type { Check, ComparedBatch, Difference } from '../../flows/reconciliation/check.js';
import type { ReplicatedRecords } from '../../flows/fallback/replica.js';
import { DIRECT_MESSAGES } from './direct-messages.token.js';
import type { StoredMessage } from './message.js';

/** Checks that every direct message is the same in both stores, field by field. */
@Injectable()
export class DirectMessagesCheck implements Check {
  readonly name = 'direct-messages';

  constructor(
    private readonly comparison: ReplicaComparison,
    @Inject(DIRECT_MESSAGES) private readonly messages: ReplicatedRecords<StoredMessage>,
  ) {}

  compare(): AsyncIterable<ComparedBatch> {
    return this.comparison.compare(this.messages);
  }

  compareRecent(since: Date): AsyncIterable<ComparedBatch> {
    return this.comparison.compare(this.messages, since);
  }

  repair(difference: Difference): Promise<string | null> {
    return this.comparison.repair(this.messages, difference);
  }
}
