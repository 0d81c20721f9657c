import type { RateLimit } from '../common/http/principal.js';
import { parseDurationMs } from '../common/time/duration.js';

const MAX_REQUESTS = 1_000_000_000;
const DAY_SECONDS = 86_400;

/** `6000/1m`, up to a day. Null for `off`, and undefined for other text. */
export function parseRateLimit(text: string): RateLimit | null | undefined {
  if (text.trim() === 'off') return null;
  const [, requests = '', duration = ''] = /^(\d{1,10})\/(\S+)$/.exec(text.trim()) ?? [];
  const ms = parseDurationMs(/^\d/.test(duration) ? duration : `1${duration}`);
  const limit = Number(requests);
  if (ms === null || limit < 1 || limit > MAX_REQUESTS) return undefined;
  const windowSeconds = ms / 1_000;
  return Number.isInteger(windowSeconds) && windowSeconds >= 1 && windowSeconds <= DAY_SECONDS
    ? { limit, windowSeconds }
    : undefined;
}
