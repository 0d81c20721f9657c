/** Before any key of ours: UUIDv7 is younger. */
const BEGINNING_MS = Date.UTC(2020);
const FIRST_WIDTH_MS = 3_600_000;
const LAST_MS = 2 ** 48 - 1;

/**
 * Cuts the keys of a collection, which begin with the time they were made (UUIDv7), into ranges that hold about as many
 * documents as a batch. A range with both ends costs every server what it holds; one without an end, and a limit, costs
 * some servers everything that follows.
 */
export class KeySlices {
  private fromMs = BEGINNING_MS;
  private widthMs = FIRST_WIDTH_MS;

  constructor(
    private readonly batch: number,
    private readonly endMs: number,
  ) {}

  /** The last key of the next range; null: it has no end, because hardly anything is to come. */
  get end(): string | null {
    const toMs = this.fromMs + this.widthMs;
    return toMs > Math.min(this.endMs, LAST_MS) ? null : keyAt(toMs);
  }

  /** All of the range was read. */
  passed(count: number): void {
    this.fromMs += this.widthMs;
    if (count < this.batch / 4) this.widthMs *= 2;
  }

  /** The range held more than a batch, which went from `first` to `last`; what comes next is cut to fit. */
  overflowed(first: string, last: string): void {
    const [startMs, endMs] = [momentOf(first), momentOf(last)];
    if (startMs === null || endMs === null || endMs < this.fromMs) {
      this.widthMs = Math.max(1, Math.floor(this.widthMs / 2));
      return;
    }
    this.fromMs = endMs;
    this.widthMs = Math.max(1, Math.floor(((endMs - startMs) * 3) / 4));
  }
}

const keyAt = (ms: number): string => {
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
};

/** Null for text that is none of our keys. */
function momentOf(key: string): number | null {
  const [, high, low] = /^([0-9a-f]{8})-([0-9a-f]{4})-/.exec(key) ?? [];
  return high === undefined || low === undefined ? null : Number.parseInt(high + low, 16);
}
