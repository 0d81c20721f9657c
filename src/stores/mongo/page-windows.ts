/** A half-open range of time in milliseconds, `[fromMs, toMs)`. */
export interface TimeWindow {
  fromMs: number;
  toMs: number;
}

/** What an earlier read of the same list has learnt. It influences how much is read at once, never the result. */
export interface WindowHint {
  /** The span of the last page. */
  spanMs: number;
  /** Where the first page began and ended. */
  headMs?: number;
  /** Where the last page ended, after which there was nothing older. */
  endMs?: number;
}

const FIRST_SPAN_MS = 1_000;
const GROWTH = 4;
/** A window should contain a little more than is missing, so that usually one window is enough. */
const MARGIN = 1.5;
/** If so much time contains too few documents, the rest of the list is read at once. */
const LONGEST_SPAN_MS = 20 * 365 * 86_400_000;

/** The first window below `toMs`. `toMs` infinite: from the newest document on. */
export function firstWindow(toMs: number, nowMs: number, hint: WindowHint | undefined): TimeWindow {
  if (toMs === Number.POSITIVE_INFINITY && hint?.headMs !== undefined) return { fromMs: hint.headMs, toMs };
  const spanMs = Math.max(1, Math.ceil((hint?.spanMs ?? FIRST_SPAN_MS / MARGIN) * MARGIN));
  return bounded({ fromMs: Math.min(toMs, nowMs) - spanMs, toMs }, hint);
}

/** The window before the last one, after `found` documents in `coveredMs`. `missing` more documents are needed. */
export function nextWindow(
  last: TimeWindow,
  coveredMs: number,
  found: number,
  missing: number,
  hint: WindowHint | undefined,
): TimeWindow {
  const byDensity = found > 0 ? (coveredMs * missing * MARGIN) / found : Number.POSITIVE_INFINITY;
  const spanMs = Math.max(1, Math.ceil(Math.min(byDensity, coveredMs * GROWTH)));
  if (coveredMs + spanMs > LONGEST_SPAN_MS) return { fromMs: Number.NEGATIVE_INFINITY, toMs: last.fromMs };
  return bounded({ fromMs: last.fromMs - spanMs, toMs: last.fromMs }, hint);
}

/** Extends a window that reaches the known end of the list to everything older. */
const bounded = (window: TimeWindow, hint: WindowHint | undefined): TimeWindow =>
  hint?.endMs !== undefined && window.fromMs <= hint.endMs
    ? { ...window, fromMs: Number.NEGATIVE_INFINITY }
    : window;

/** What one page showed about its list. */
export interface PageRead {
  /** The time of its last document. Null if it has none. */
  lastMs: number | null;
  /** Where the page began: at its position, or now. */
  startMs: number;
  /** It began at the newest document. */
  isHead: boolean;
  /** The page ended because there was nothing older. */
  isEnd: boolean;
}

export function learnt(known: WindowHint | undefined, page: PageRead): WindowHint | undefined {
  const { lastMs, startMs, isHead, isEnd } = page;
  const endMs = isEnd && lastMs !== null ? lastMs : known?.endMs;
  // From now on, a list that fits into one page is read as a whole.
  const newest = isEnd ? Number.NEGATIVE_INFINITY : lastMs;
  const headMs = isHead && newest !== null ? newest : known?.headMs;
  const spanMs = lastMs === null ? known?.spanMs : Math.max(1, startMs - lastMs);
  if (headMs === undefined && spanMs === undefined) return known;
  return {
    spanMs: spanMs ?? 1,
    ...(headMs !== undefined && { headMs }),
    ...(endMs !== undefined && { endMs }),
  };
}
