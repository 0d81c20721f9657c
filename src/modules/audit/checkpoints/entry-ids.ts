/** Smaller than every id. */
export const FIRST_ID = '00000000-0000-0000-0000-000000000000';

const LAST_MS = 2 ** 48 - 1;

/**
 * An id below every UUIDv7 that was made at this moment (Unix time in milliseconds) or later, and above every earlier
 * one.
 */
export function idFloor(ms: number): string {
  const hex = Math.min(LAST_MS, Math.max(0, Math.floor(ms)))
    .toString(16)
    .padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-0000-0000-000000000000`;
}

/** When a UUIDv7 was made. */
export const madeAt = (id: string): Date => new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16));
