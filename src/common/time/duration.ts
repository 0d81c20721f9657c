const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type Unit = keyof typeof UNIT_MS;

/** `300s`, `5m`, `250ms`, `2h`, `1d`; a bare number is seconds. Returns milliseconds, or null for other text. */
export function parseDurationMs(text: string): number | null {
  const match = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)?$/.exec(text.trim());
  if (!match) return null;
  const unit = (match[2] ?? 's') as Unit;
  return Math.round(Number(match[1]) * UNIT_MS[unit]);
}
