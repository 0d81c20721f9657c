/** A kind of mood that a person tells apart. */
export interface MoodCategory {
  id: string;
  organizationId: string;
  userId: string;
  /** Unique for the person, whatever its case. */
  name: string;
  createdAt: Date;
}
