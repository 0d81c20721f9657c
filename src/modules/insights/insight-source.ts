import type { Contribution } from './daily-activity.js';

/** A day of a person: a calendar date, and the period in which the person's clocks show it. */
export interface InsightDay {
  date: string;
  from: Date;
  /** Exclusive. */
  to: Date;
}

type Conditions = Readonly<Record<string, unknown>>;
type ReadDocument = Readonly<Record<string, unknown>>;

/**
 * The contribution of a feature's records to insights. The records have an `organization_id` and a `user_id`, an index
 * begins with both, and their collection declares `insightEffects`. `InsightSources` lists them.
 */
export interface InsightSource {
  collection: string;
  /** The fields that `contributionOf` needs. */
  fields: readonly string[];
  /** The conditions that select the counted records. */
  conditions: Conditions;
  /** The conditions that select the records of a day. */
  on: (day: InsightDay) => Conditions;
  contributionOf: (document: ReadDocument) => Contribution;
}
