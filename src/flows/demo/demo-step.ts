/** Who the demonstration data belong to. */
export interface DemoOwner {
  organizationId: string;
  userId: string;
}

/** A feature's part of the demonstration data. */
export interface DemoStep {
  /**
   * Makes what is missing and leaves the rest as it is, so that it may be repeated. Returns what it made, for people:
   * `['30 deployments']`; empty where all was there.
   */
  seed(owner: DemoOwner): Promise<readonly string[]>;
}
