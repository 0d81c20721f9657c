const WHOLE = /^-?\d+$/;
const IS_ZERO = /^-?[0.]+(?:[eE].*)?$/;

/**
 * Whether a JSON number is returned as the same value by a program that stores numbers as IEEE 754 doubles (RFC 8259,
 * section 6). A fraction may be rounded to the precision of a double. A whole number must keep every digit.
 */
export function comesBackEqual(text: string): boolean {
  const value = Number(text);
  // Not a JSON number. The parser reports that.
  if (Number.isNaN(value)) return true;
  if (!Number.isFinite(value)) return false;
  if (value === 0) return IS_ZERO.test(text);
  if (Number.isSafeInteger(value) || !WHOLE.test(text)) return true;
  return wholeDigits(value) === BigInt(text);
}

/** The digits that `JSON.stringify` writes, with the exponent expanded. */
function wholeDigits(value: number): bigint {
  const [mantissa = '', exponent = '0'] = String(value).split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  return BigInt(whole + fraction) * 10n ** BigInt(Number(exponent) - fraction.length);
}
