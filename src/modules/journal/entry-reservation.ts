/** The reservation of one entry within the limit of a plan. */
export interface Reservation {
  /** The entry's id. */
  id: string;
  orgId: string;
  userId: string;
  createdAt: Date;
}
