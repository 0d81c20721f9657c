import { Injectable } from '@nestjs/common';

import { ACTIVITY_COLLECTION } from '../../modules/activity/activity-log.schema.js';
import { activityProjection } from '../projections/activity.projection.js';
import type { Check, ComparedBatch, Difference } from './check.js';
import { CopyComparison, type CopyRule } from './copy-comparison.js';
import { tagsOfDocument } from './document-tags.js';

const RULE: CopyRule = {
  collection: ACTIVITY_COLLECTION,
  projection: activityProjection,
  claimsEvent: ({ source }) => source === 'outbox',
  // Follows the account while the entry stays as it is: `user-email` compares it.
  elsewhere: ['user_email'],
  tagsOf: (document) => tagsOfDocument('activity', document),
};

/** Every event of the outbox has exactly one entry in the activity log, equal in every field. */
@Injectable()
export class OutboxActivityCheck implements Check {
  readonly name = 'outbox-activity';

  constructor(private readonly copies: CopyComparison) {}

  compare(): AsyncIterable<ComparedBatch> {
    return this.copies.compare(RULE);
  }

  repair(difference: Difference): Promise<string | null> {
    return this.copies.repair(RULE, difference);
  }
}
