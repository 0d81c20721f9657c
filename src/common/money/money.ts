import { isSupportedCurrency, minorDigitsOf } from './currencies.js';

/** A quotient rounded to the nearest whole number, a half to the even neighbour. `divisor` is positive. */
export function divideHalfEven(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const twice = (dividend % divisor) * 2n;
  const distance = twice < 0n ? -twice : twice;
  const isRoundedAway = distance > divisor || (distance === divisor && quotient % 2n !== 0n);
  if (!isRoundedAway) return quotient;
  return dividend < 0n ? quotient - 1n : quotient + 1n;
}

/** An exact amount: a whole number of the currency's minor unit. Never a floating-point number. */
export class Money {
  private constructor(
    readonly minor: bigint,
    readonly currency: string,
  ) {}

  /** Throws `RangeError` for a currency that is not supported. */
  static ofMinor(minor: bigint, currency: string): Money {
    if (!isSupportedCurrency(currency)) throw new RangeError(`${currency} is not supported`);
    return new Money(minor, currency);
  }

  /** Null if the currency has no such fraction, such as half a yen. Throws `RangeError` like `ofMinor`. */
  static ofHundredths(hundredths: bigint, currency: string): Money | null {
    const unit = minorDigitsOf(currency) === 0 ? 100n : 1n;
    return hundredths % unit === 0n ? Money.ofMinor(hundredths / unit, currency) : null;
  }

  /** Parses a decimal from `numeric(…,2)`: `-12.50`. Sums may be larger than a single amount. Throws `RangeError`. */
  static ofDecimal(text: string, currency: string): Money {
    const [, sign, whole, fraction = ''] = /^(-?)(\d+)(?:\.(\d{1,2}))?$/.exec(text) ?? [];
    if (whole === undefined) throw new RangeError('Not a decimal of two places');
    const hundredths = BigInt(whole + fraction.padEnd(2, '0'));
    const money = Money.ofHundredths(sign === '-' ? -hundredths : hundredths, currency);
    if (!money) throw new RangeError(`${currency} has no such fraction`);
    return money;
  }

  get isZero(): boolean {
    return this.minor === 0n;
  }

  get negated(): Money {
    return new Money(-this.minor, this.currency);
  }

  /** Throws `RangeError` if the currencies differ. */
  plus(other: Money): Money {
    if (other.currency !== this.currency) throw new RangeError('Amounts of two currencies have no sum');
    return new Money(this.minor + other.minor, this.currency);
  }

  /** `part / whole` of it, to the minor unit, rounded half to even. */
  share(part: bigint, whole: bigint): Money {
    return new Money(divideHalfEven(this.minor * part, whole), this.currency);
  }

  /** With the decimals of its currency: `99.99` euros, `1000` yen. */
  toString(): string {
    const digits = minorDigitsOf(this.currency) ?? 0;
    const magnitude = (this.minor < 0n ? -this.minor : this.minor).toString().padStart(digits + 1, '0');
    const whole = magnitude.slice(0, magnitude.length - digits);
    const fraction = digits === 0 ? '' : `.${magnitude.slice(-digits)}`;
    return `${this.minor < 0n ? '-' : ''}${whole}${fraction}`;
  }
}
