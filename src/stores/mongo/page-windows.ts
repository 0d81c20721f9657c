/** A half-open stretch of time in milliseconds, `[fromMs, toMs)`. */
export interface TimeWindow {
  fromMs: number;
  toMs: number;
}

/** What an earlier read of the same list learnt. It decides how much is read at once, never what is found. */
export interface WindowHint {
  /** The span of the last page. */
  spanMs: number;
  /** Where the first page began and ended. */
  headMs?: number;
  /** Where the last page ended: nothing older was there. */
  endMs?: number;
}

const FIRST_SPAN_MS = 1_000;
const GROWTH = 4;
/** A window should hold a little more than is missing, so that as a rule one is enough. */
const MARGIN = 1.5;
/** Past this much time without enough documents the rest of the list is read at once. */
const LONGEST_SPAN_MS = 20 * 365 * 86_400_000;

/** The first window below `toMs`; `toMs` infinite: from the newest document on. */
export function firstWindow(toMs: number, nowMs: number, hint: WindowHint | undefined): TimeWindow {
  if (toMs === Number.POSITIVE_INFINITY && hint?.headMs !== undefined) return { fromMs: hint.headMs, toMs };
  const spanMs = Math.max(1, Math.ceil((hint?.spanMs ?? FIRST_SPAN_MS / MARGIN) * MARGIN));
  return bounded({ fromMs: Math.min(toMs, nowMs) - spanMs, toMs }, hint);
}

/** The window before the last one, after `found` documents in `coveredMs`, of which `missing` more are wanted. */
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

/** A window that reaches the end of the list as it is known takes in everything older, too. */
const bounded = (window: TimeWindow, hint: WindowHint | undefined): TimeWindow =>
  hint?.endMs !== undefined && window.fromMs <= hint.endMs
    ? { ...window, fromMs: Number.NEGATIVE_INFINITY }
    : window;

/** What one page showed of its list. */
export interface PageRead {
  /** Where its last document is; null where it has none. */
  lastMs: number | null;
  /** Where the page began: at its position, or now. */
  startMs: number;
  /** It began at the newest document. */
  isHead: boolean;
  /** It ended because there was nothing older. */
  isEnd: boolean;
}

export function learnt(known: WindowHint | undefined, page: PageRead): WindowHint | undefined {
  const { lastMs, startMs, isHead, isEnd } = page;
  const endMs = isEnd && lastMs !== null ? lastMs : known?.endMs;
  // A list that fits into one page is read whole from now on.
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
