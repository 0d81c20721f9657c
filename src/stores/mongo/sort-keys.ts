/** Maps a sort key to milliseconds and back, so that windows of time can bound it. */
export interface SortKey {
  /** The millisecond of a stored value. */
  toMs: (value: unknown) => number;
  /** The smallest value of this millisecond. Every smaller value belongs to an earlier one. */
  fromMs: (ms: number) => Date | string;
}

export const dateKey: SortKey = {
  toMs: (value) => (value instanceof Date ? value.getTime() : Number.NaN),
  fromMs: (ms) => new Date(ms),
};

/** The first 48 bits of a UUIDv7 are milliseconds since 1970 (RFC 9562, section 5.7). */
export const uuidV7Key: SortKey = {
  toMs: (value) => Number.parseInt(String(value).replace('-', '').slice(0, 12), 16),
  fromMs: (ms) => {
    const hex = Math.max(0, ms).toString(16).padStart(12, '0');
    return `${hex.slice(0, 8)}-${hex.slice(8)}-`;
  },
};
