import { Injectable } from '@nestjs/common';

import {
  ANALYTICS_COLLECTION,
  OUTBOX_MESSAGE_PREFIX,
} from '../../modules/analytics/analytics-event.schema.js';
import { loginAnalyticsProjection } from '../projections/login-analytics.projection.js';
import type { Check, ComparedBatch, Difference } from './check.js';
import { CopyComparison, type CopyRule } from './copy-comparison.js';
import { tagsOfDocument } from './document-tags.js';

const RULE: CopyRule = {
  collection: ANALYTICS_COLLECTION,
  projection: loginAnalyticsProjection,
  claimsEvent: ({ message_id: messageId }) =>
    typeof messageId === 'string' && messageId.startsWith(OUTBOX_MESSAGE_PREFIX),
  elsewhere: [],
  tagsOf: (document) => tagsOfDocument('analytics', document),
};

/** Every login has exactly one analytics event. */
@Injectable()
export class LoginAnalyticsCheck implements Check {
  readonly name = 'login-analytics';

  constructor(private readonly copies: CopyComparison) {}

  compare(): AsyncIterable<ComparedBatch> {
    return this.copies.compare(RULE);
  }

  repair(difference: Difference): Promise<string | null> {
    return this.copies.repair(RULE, difference);
  }
}
