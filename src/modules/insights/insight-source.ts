import type { Contribution } from './daily-activity.js';

/** A day of a person: a date of the calendar, and from when to when their clocks show it. */
export interface InsightDay {
  date: string;
  from: Date;
  /** Exclusive. */
  to: Date;
}

type Conditions = Readonly<Record<string, unknown>>;
type ReadDocument = Readonly<Record<string, unknown>>;

/**
 * What the records of a feature add to insights. They have an `organization_id` and a `user_id`, an index begins with both, and
 * their collection declares `insightEffects`. `InsightSources` lists them.
 */
export interface InsightSource {
  collection: string;
  /** The fields that `contributionOf` needs. */
  fields: readonly string[];
  /** Of the records that count. */
  conditions: Conditions;
  /** Of those that count on a day. */
  on: (day: InsightDay) => Conditions;
  contributionOf: (document: ReadDocument) => Contribution;
}
