import ipaddr from 'ipaddr.js';

const IPV6_SITE_BITS = 64;
const WITH_PORT = /^(?:\[([^\]]+)\]|(\d+\.\d+\.\d+\.\d+))(?::\d+)?$/;

/** An IP address in its one spelling, without port, zone or IPv4 mapping; null for other text. */
export function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  const trimmed = text.trim();
  const bare = WITH_PORT.exec(trimmed)?.slice(1).find(Boolean) ?? trimmed;
  return ipaddr.isValid(bare) ? ipaddr.process(bare) : null;
}

/**
 * What attempts from an address are counted under. An IPv6 address is counted with its /64, all of which one host may
 * use. Text that is no address, which a proxy has passed on, is counted together.
 */
export function throttledAddress(address: string): string {
  const parsed = parseAddress(address);
  if (!parsed) return 'unknown';
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/${IPV6_SITE_BITS}`).toString();
}

/** As it is kept and shown. Text that is no address, which a proxy has passed on, is cut to what an address may have. */
export const clientAddress = (address: string): string =>
  parseAddress(address)?.toString() ?? address.slice(0, 64);
