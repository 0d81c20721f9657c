/** A kind of mood that a person distinguishes. */
export interface MoodCategory {
  id: string;
  organizationId: string;
  userId: string;
  /** Unique for the person, regardless of case. */
  name: string;
  createdAt: Date;
}
