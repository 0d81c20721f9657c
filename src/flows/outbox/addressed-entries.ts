/** A period in which entries about an account show one older address, in one organisation. */
export interface OutdatedStretch {
  orgId: string;
  address: string;
  count: number;
  /** Whole seconds, the end exclusive. Null: entries without a moment. */
  time: { from: Date; to: Date } | null;
}

/** How many entries the stretches contain together. */
export const sizeOf = (stretches: readonly OutdatedStretch[]): number =>
  stretches.reduce((sum, { count }) => sum + count, 0);

/** The entries in MongoDB that repeat the addresses of accounts and have to follow their changes. */
export abstract class AddressedEntries {
  /**
   * Stretches in which the entries about an account show another address than `address`, with about `batch` entries
   * together.
   */
  abstract outdated(userId: string, address: string | null, batch: number): AsyncGenerator<OutdatedStretch[]>;

  /** Returns how many entries it changed. It changes an entry only if that shows the address of its stretch. */
  abstract replaceWithin(
    userId: string,
    stretches: readonly OutdatedStretch[],
    address: string | null,
  ): Promise<number>;

  /** The cache tags of answers that show addresses of an organisation. */
  abstract tagsOf(orgId: string): string[];
}
