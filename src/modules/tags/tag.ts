/** A tag of one person. */
export interface Tag {
  id: string;
  organizationId: string;
  userId: string;
  /** Unique for the person, regardless of case. */
  name: string;
  createdAt: Date;
  updatedAt: Date;
}
