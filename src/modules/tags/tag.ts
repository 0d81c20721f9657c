/** A tag of one person. */
export interface Tag {
  id: string;
  organizationId: string;
  userId: string;
  /** Unique for the person, whatever its case. */
  name: string;
  createdAt: Date;
  updatedAt: Date;
}
