import { z } from 'zod';

const MAX_BYTES = 16_384;

/** Why a `jsonb` column would not return a JSON value equal. Null if it would. */
function faultOf(value: unknown): string | null {
  if (typeof value === 'string') return faultOfText(value);
  if (typeof value === 'number')
    return Number.isFinite(value) ? null : 'must not hold a number beyond 1.8e308';
  if (typeof value !== 'object' || value === null) return null;
  for (const [name, member] of Object.entries(value)) {
    const fault = faultOfText(name) ?? faultOf(member);
    if (fault !== null) return fault;
  }
  return null;
}

function faultOfText(text: string): string | null {
  if (text.includes('\0')) return 'must not hold a null character';
  return text.isWellFormed() ? null : 'must not hold half of a surrogate pair';
}

/** A JSON object from the client that PostgreSQL can store: up to 16 KiB. */
export const givenMetadata = z.record(z.string(), z.unknown()).superRefine((given, context) => {
  const isTooLarge = Buffer.byteLength(JSON.stringify(given)) > MAX_BYTES;
  const message = faultOf(given) ?? (isTooLarge ? `must have at most ${MAX_BYTES} bytes` : null);
  if (message !== null) context.addIssue({ code: 'custom', message });
});
