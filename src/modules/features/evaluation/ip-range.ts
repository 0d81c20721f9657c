import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** All addresses whose first `bits` equal those of `base`. */
export interface IpRange {
  base: Address;
  bits: number;
}

/** Rejects `127.1` and `0x7f.1`, which other parsers accept as addresses. */
export function parseAddress(given: string): Address | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(given)) return ipaddr.IPv4.parse(given);
  return ipaddr.IPv6.isValid(given) ? ipaddr.IPv6.parse(given) : null;
}

/** `10.0.0.0/8`, or one address. Null for other text. */
export function parseRange(given: string): IpRange | null {
  const [address = '', bits, ...rest] = given.split('/');
  const base = parseAddress(address);
  if (!base || rest.length > 0) return null;
  const length = base.kind() === 'ipv4' ? 32 : 128;
  if (bits === undefined) return { base, bits: length };
  return /^\d{1,3}$/.test(bits) && Number(bits) <= length ? { base, bits: Number(bits) } : null;
}

export const isWithin = (address: Address, { base, bits }: IpRange): boolean =>
  address.kind() === base.kind() && address.match(base, bits);
