/** A slot map that was read counts for so long. */
const LEASE_MS = 1_500;
/**
 * A changed slot map counts only after this time. Longer than a lease, plus the time in which all masters hear of a
 * promotion.
 */
const SETTLE_MS = 2_500;

/**
 * Whether the present slot map counts. The master of a slot may have been replaced while this instance can still reach
 * it, and the old master may go on answering until it hears of that. An instance uses the old master only until its
 * lease ends, and no instance uses the new one before every lease on the old one has ended. So an instance never reads
 * from one of them while another instance writes to the other.
 */
export class MapLease {
  private endsAt = 0;
  private beginsAt = Infinity;

  constructor(private readonly now: () => number = () => performance.now()) {}

  get isValid(): boolean {
    const now = this.now();
    return now >= this.beginsAt && now < this.endsAt;
  }

  /** Whether the map was not read for too long. */
  get hasEnded(): boolean {
    return this.now() >= this.endsAt;
  }

  /** The map has changed, or is the first one. */
  begin(): void {
    this.beginsAt = this.now() + SETTLE_MS;
  }

  /** The map was read again. `askedAt`: when its nodes were asked. */
  renew(askedAt: number): void {
    this.endsAt = askedAt + LEASE_MS;
  }
}
