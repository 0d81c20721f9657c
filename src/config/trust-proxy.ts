import ipaddr from 'ipaddr.js';

/**
 * Which proxies may name the client's address (`X-Forwarded-For`): none; as many as stand in front of the service, one
 * behind the other; or those in these networks.
 */
export type TrustedProxies = false | number | readonly string[];

const MAX_HOPS = 16;
/** Names that proxy-addr knows: loopback, link-local and private addresses. */
const NAMED_NETWORKS = new Set(['loopback', 'linklocal', 'uniquelocal']);

const isNetwork = (text: string): boolean =>
  NAMED_NETWORKS.has(text) || ipaddr.isValid(text) || ipaddr.isValidCIDR(text);

/** `off`, a number of hops, or networks separated by commas. Null for other text. */
export function parseTrustedProxies(text: string): TrustedProxies | null {
  if (text === 'off') return false;
  if (/^\d{1,2}$/.test(text)) return Number(text) >= 1 && Number(text) <= MAX_HOPS ? Number(text) : null;
  const networks = text.split(',').map((network) => network.trim());
  return networks.every(isNetwork) ? networks : null;
}

/** In the form that Fastify takes. Hops are counted starting at this service. */
export const trustFunction = (
  proxies: TrustedProxies,
): false | string[] | ((address: string, hop: number) => boolean) => {
  if (proxies === false) return false;
  return typeof proxies === 'number' ? (_address, hop) => hop < proxies : [...proxies];
};
