/** Why a text or number is not an amount. */
export type AmountFault = 'not_decimal' | 'too_many_decimals' | 'too_large';

/** 99,999,999.99: what a column `numeric(10,2)` holds. */
const MAX_HUNDREDTHS = 9_999_999_999n;
/** No longer text can be an amount. The limit keeps the arithmetic below cheap. */
const MAX_LENGTH = 64;
const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/;

/**
 * An amount in hundredths, exactly as it is written. Every written decimal counts after the exponent is applied:
 * `1.50e1` has one, `1e-3` has three. A JSON number counts as the shortest decimal that denotes it (ECMA-262,
 * Number::toString).
 */
export function parseHundredths(value: number | string): bigint | AmountFault {
  const [, sign, whole = '', fraction = '', exponent = '0'] =
    String(value).length <= MAX_LENGTH ? (DECIMAL.exec(String(value)) ?? []) : [];
  if (whole === '') return 'not_decimal';
  const decimals = Math.max(0, fraction.length - Number(exponent));
  if (decimals > 2) return 'too_many_decimals';
  // In hundredths: the digits as a whole number, times ten to this power, which is never negative.
  const power = Number(exponent) - fraction.length + 2;
  const hundredths = BigInt(whole + fraction) * 10n ** BigInt(power);
  if (hundredths > MAX_HUNDREDTHS) return 'too_large';
  return sign === '-' ? -hundredths : hundredths;
}

export const AMOUNT_FAULTS: Readonly<Record<AmountFault, string>> = {
  not_decimal: 'must be a decimal number or a text that is one',
  too_many_decimals: 'must have at most two decimals',
  too_large: 'must be at most 99,999,999.99 either way',
};
