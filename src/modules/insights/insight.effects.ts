import { newId } from '../../common/ids/ids.js';
import type { Effect, EffectHandler } from '../../flows/effects/effect.js';
import type { IngestedWrite } from '../../flows/collections/owned-collection.js';
import { type InsightOwner, ownerId } from './daily-activity.js';
import { markOf } from './insight-marks.js';
import { USER_ANALYTICS_COLLECTION } from './user-analytics.js';

/**
 * A change of a record that insights count. `when`: the moments or dates on which the record counted before and counts
 * now.
 */
export interface InsightChange {
  when: readonly (string | Date)[];
  /** The moment of the change. */
  at: Date;
}

/** The effect that informs a person's insights of a change. They are counted again from the records soon after. */
export const newInsightEffect = ({ orgId, userId }: InsightOwner, { when, at }: InsightChange): Effect => ({
  _id: newId(),
  kind: insightEffects.kind,
  organization_id: orgId,
  actor_id: null,
  api_key_id: null,
  at,
  tags: [],
  payload: { user_id: userId, marks: [...new Set(when.map(markOf))] },
});

/** For the collection of every feature that insights count. */
export const insightEffects: EffectHandler = {
  kind: 'insight',
  writes: ({ organization_id: orgId, payload }) => {
    const { user_id: userId, marks } = payload as { user_id: string; marks: string[] };
    return [{ collection: USER_ANALYTICS_COLLECTION, ...markWrite({ orgId, userId }, marks) }];
  },
  tags: () => [],
};

/** Marks what has to be counted again. If the mark is repeated, the count is repeated, with the same result. */
export const markWrite = (owner: InsightOwner, marks: readonly string[]): IngestedWrite => ({
  updateMany: {
    filter: { _id: ownerId(owner) },
    update: {
      $set: { is_stale: true, ...Object.fromEntries(marks.map((mark) => [`marks.${mark}`, true])) },
      $inc: { revision: 1 },
      $setOnInsert: { organization_id: owner.orgId, user_id: owner.userId },
    },
    upsert: true,
  },
});
