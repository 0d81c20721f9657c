const LAST_MS = 2 ** 48 - 1;
/** From all years to the milliseconds that contain one slice, in a handful of steps. */
const PARTS = 64;

/** A filter of keys. */
export interface KeyRange {
  $gte?: string;
  $gt?: string;
  $lte?: string;
}

/**
 * Cuts all keys into ranges of about `aim` documents each, wherever the documents lie. Reads a key as one that begins
 * with the time at which it was made (UUIDv7). Some servers read a whole range before they return its first document.
 * So a range that takes too long is taken to contain too much, and is cut.
 */
export class KeySlices {
  private after: string | null = null;
  private fromMs: number;
  private widthMs: number;
  /** No slice is wider before this moment, because a slice that ended here took too long. */
  private crowded = { untilMs: 0, widthMs: LAST_MS };

  /** `sinceMs`: keys that were made earlier are left out. */
  constructor(
    private readonly aim: number,
    private readonly sinceMs = 0,
  ) {
    this.fromMs = sinceMs;
    this.widthMs = LAST_MS - sinceMs;
  }

  /** The rest of the slice: from the last key that was read to the end of the slice. */
  get range(): KeyRange {
    const { after, end } = this;
    return {
      ...(after === null ? { $gte: this.begin } : { $gt: after }),
      ...(end === null ? {} : { $lte: end }),
    };
  }

  /** The last slice has no end, because no key of ours follows it. */
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

  /** The whole slice was read and contained so many documents. */
  passed(count: number): void {
    this.fromMs += this.widthMs;
    if (this.fromMs >= this.crowded.untilMs) this.crowded = { untilMs: 0, widthMs: LAST_MS };
    this.resize(this.widthMs * Math.min(2, this.aim / count));
  }

  /** The rest of the slice took too long. */
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

/** The smallest key that can be made in this millisecond. */
export const firstKeyOf = (ms: number): string => {
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
};

/** Null for a text that is no key of ours. */
function momentOf(key: string): number | null {
  const [, high, low] = /^([0-9a-f]{8})-([0-9a-f]{4})-/.exec(key) ?? [];
  return high === undefined || low === undefined ? null : Number.parseInt(high + low, 16);
}
