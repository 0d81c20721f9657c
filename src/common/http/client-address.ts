import ipaddr from 'ipaddr.js';

const IPV6_SITE_BITS = 64;
const WITH_PORT = /^(?:\[([^\]]+)\]|(\d+\.\d+\.\d+\.\d+))(?::\d+)?$/;

/** An IP address in its one spelling, without port, zone or IPv4 mapping. Null for other text. */
export function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  const trimmed = text.trim();
  const bare = WITH_PORT.exec(trimmed)?.slice(1).find(Boolean) ?? trimmed;
  return ipaddr.isValid(bare) ? ipaddr.process(bare) : null;
}

/**
 * The name under which attempts from an address are counted. An IPv6 address counts with its whole /64, because one
 * host may use all of it. Texts that are no addresses, which a proxy has passed on, are counted together.
 */
export function throttledAddress(address: string): string {
  const parsed = parseAddress(address);
  if (!parsed) return 'unknown';
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/${IPV6_SITE_BITS}`).toString();
}

/**
 * The address in the form in which it is stored and shown. Text that is no address, which a proxy has passed on, is
 * cut to the length of an address.
 */
export const clientAddress = (address: string): string =>
  parseAddress(address)?.toString() ?? address.slice(0, 64);
