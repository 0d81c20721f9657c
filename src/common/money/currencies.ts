/**
 * The codes of ISO 4217 (list one, 2026) by the number of digits of their minor unit. Metals, units of funds and test
 * codes have none.
 */
const CODES_BY_DIGITS = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  2:
    'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC ' +
    'CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR ' +
    'KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN ' +
    'PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS ' +
    'UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG',
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
} as const;

/** How many decimals an amount of a supported currency has. */
export type MinorDigits = 0 | 2;

const DIGITS = new Map(
  Object.entries(CODES_BY_DIGITS).flatMap(([digits, codes]) =>
    codes.split(' ').map((code) => [code, Number(digits)] as const),
  ),
);

/** The digits of the minor unit. Null for a text that is no code of ISO 4217. */
export const minorDigitsOf = (code: string): number | null => DIGITS.get(code) ?? null;

export function isSupportedCurrency(code: string): boolean {
  const digits = minorDigitsOf(code);
  return digits === 0 || digits === 2;
}

/** Why a code is refused, in words. Null for a supported code. */
export function faultOfCurrency(code: string): string | null {
  const digits = minorDigitsOf(code);
  if (digits === null) return 'must be a currency code of ISO 4217, such as EUR';
  return digits > 2
    ? `${code} has ${digits} decimals; currencies with more than two are not supported`
    : null;
}

/** Every code that may be used. Amounts are stored with two decimals, so currencies with three or four are refused. */
export const SUPPORTED_CURRENCIES: readonly string[] = [...DIGITS.keys()].filter(isSupportedCurrency);
