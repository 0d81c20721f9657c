const WHOLE = /^-?\d+$/;
const IS_ZERO = /^-?[0.]+(?:[eE].*)?$/;

/**
 * Whether a number of JSON comes back as the same value from a program that keeps numbers as IEEE 754 doubles (RFC 8259,
 * section 6). Fractions come back rounded to a double's precision; whole numbers have to come back digit by digit.
 */
export function comesBackEqual(text: string): boolean {
  const value = Number(text);
  // Not a number of JSON: the parser says so.
  if (Number.isNaN(value)) return true;
  if (!Number.isFinite(value)) return false;
  if (value === 0) return IS_ZERO.test(text);
  if (Number.isSafeInteger(value) || !WHOLE.test(text)) return true;
  return wholeDigits(value) === BigInt(text);
}

/** The digits that `JSON.stringify` writes, its exponent spelled out. */
function wholeDigits(value: number): bigint {
  const [mantissa = '', exponent = '0'] = String(value).split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  return BigInt(whole + fraction) * 10n ** BigInt(Number(exponent) - fraction.length);
}
