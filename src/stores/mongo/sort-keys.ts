/** How a sort key is laid out on a line of milliseconds, so that windows of time can bound it. */
export interface SortKey {
  /** The milliseconds that a stored value belongs to. */
  toMs: (value: unknown) => number;
  /** The smallest value that belongs to this millisecond: every smaller one belongs to an earlier one. */
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
