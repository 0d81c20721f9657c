import { Injectable } from '@nestjs/common';

import { ACTIVITY_COLLECTION } from '../../modules/activity/activity-log.schema.js';
import { activityProjection } from '../projections/activity.projection.js';
import type { Document } from '../projections/projection.js';
import { AccountsOfRecord } from './accounts.pg.read-model.js';
import type { Check, ComparedBatch, Difference } from './check.js';
import { CopyComparison, type CopyRule } from './copy-comparison.js';
import { tagsOfDocument } from './document-tags.js';

/** Every event of the outbox has exactly one entry in the activity log, equal in every field. */
@Injectable()
export class OutboxActivityCheck implements Check {
  readonly name = 'outbox-activity';
  private readonly rule: CopyRule = {
    collection: ACTIVITY_COLLECTION,
    projection: activityProjection,
    claimsEvent: ({ source }) => source === 'outbox',
    // Follows the account, which the event only knew as it was then: `user-email` compares it.
    elsewhere: ['user_email'],
    tagsOf: (document) => tagsOfDocument('activity', document),
    complete: (document) => this.withPresentEmail(document),
  };

  constructor(
    private readonly copies: CopyComparison,
    private readonly accounts: AccountsOfRecord,
  ) {}

  compare(): AsyncIterable<ComparedBatch> {
    return this.copies.compare(this.rule);
  }

  repair(difference: Difference): Promise<string | null> {
    return this.copies.repair(this.rule, difference);
  }

  private async withPresentEmail(document: Document): Promise<Document> {
    const userId = document['user_id'];
    if (typeof userId !== 'string') return document;
    const account = (await this.accounts.byIds([userId])).get(userId);
    return { ...document, user_email: account?.email ?? null };
  }
}
