/** The place of one entry among those that a plan allows. */
export interface Reservation {
  /** The entry's. */
  id: string;
  orgId: string;
  userId: string;
  createdAt: Date;
}
