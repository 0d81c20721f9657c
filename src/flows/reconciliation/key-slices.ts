const LAST_MS = 2 ** 48 - 1;
/** From all the years there are to the milliseconds that hold a slice, in a handful of steps. */
const PARTS = 64;

/** As a filter of keys. */
export interface KeyRange {
  $gte?: string;
  $gt?: string;
  $lte?: string;
}

/**
 * Cuts all texts, read as keys that begin with the time they were made (UUIDv7), into ranges that hold about `aim`
 * documents, wherever those lie. A range costs some servers all that it holds before they give the first document: one
 * that holds too much is told by the time it takes, and cut.
 */
export class KeySlices {
  private after: string | null = null;
  private fromMs: number;
  private widthMs: number;
  /** Up to here no slice is wider: one that took too long ended here. */
  private crowded = { untilMs: 0, widthMs: LAST_MS };

  /** `sinceMs`: keys that were made earlier are left out. */
  constructor(
    private readonly aim: number,
    private readonly sinceMs = 0,
  ) {
    this.fromMs = sinceMs;
    this.widthMs = LAST_MS - sinceMs;
  }

  /** What is still to be read of the slice: what is behind the last key that was read, up to the slice's end. */
  get range(): KeyRange {
    const { after, end } = this;
    return {
      ...(after === null ? { $gte: this.begin } : { $gt: after }),
      ...(end === null ? {} : { $lte: end }),
    };
  }

  /** It has no end: no key of ours comes behind it. */
  get isLast(): boolean {
    return this.end === null;
  }

  get canBeCut(): boolean {
    return this.widthMs > 1 && !this.isLast;
  }

  /** The slice was read up to this key. */
  reached(key: string): void {
    this.after = key;
  }

  /** All of the slice was read: so many documents. */
  passed(count: number): void {
    this.fromMs += this.widthMs;
    if (this.fromMs >= this.crowded.untilMs) this.crowded = { untilMs: 0, widthMs: LAST_MS };
    this.resize(this.widthMs * Math.min(2, this.aim / count));
  }

  /** What is left of the slice took too long. */
  cut(): void {
    const untilMs = this.fromMs + this.widthMs;
    const reachedMs = momentOf(this.after ?? '');
    if (reachedMs !== null && reachedMs < untilMs) this.fromMs = Math.max(this.fromMs, reachedMs);
    this.crowded = { untilMs, widthMs: (untilMs - this.fromMs) / PARTS };
    this.resize(this.crowded.widthMs);
  }

  private get begin(): string {
    return this.sinceMs === 0 ? '' : firstKeyOf(this.sinceMs);
  }

  private get end(): string | null {
    const toMs = this.fromMs + this.widthMs;
    return toMs > LAST_MS ? null : firstKeyOf(toMs);
  }

  private resize(widthMs: number): void {
    this.widthMs = Math.max(1, Math.floor(Math.min(widthMs, this.crowded.widthMs)));
  }
}

/** No key that was made in this millisecond comes before it. */
export const firstKeyOf = (ms: number): string => {
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
};

/** Null for text that is none of our keys. */
function momentOf(key: string): number | null {
  const [, high, low] = /^([0-9a-f]{8})-([0-9a-f]{4})-/.exec(key) ?? [];
  return high === undefined || low === undefined ? null : Number.parseInt(high + low, 16);
}
