/** A time in which entries about an account show one older address, in one organisation. */
export interface OutdatedStretch {
  orgId: string;
  address: string;
  count: number;
  /** Whole seconds, the end exclusive; null: entries that have no moment. */
  time: { from: Date; to: Date } | null;
}

/** How many entries they hold together. */
export const sizeOf = (stretches: readonly OutdatedStretch[]): number =>
  stretches.reduce((sum, { count }) => sum + count, 0);

/** The entries of MongoDB that repeat the addresses of accounts, and follow them. */
export abstract class AddressedEntries {
  /** Where the entries about an account show another address than `address`, about `batch` of them together. */
  abstract outdated(userId: string, address: string | null, batch: number): AsyncGenerator<OutdatedStretch[]>;

  /** Returns how many entries it changed: each from the address of its stretch, and from no other. */
  abstract replaceWithin(
    userId: string,
    stretches: readonly OutdatedStretch[],
    address: string | null,
  ): Promise<number>;

  /** The cache tags of what shows addresses of an organisation. */
  abstract tagsOf(orgId: string): string[];
}
