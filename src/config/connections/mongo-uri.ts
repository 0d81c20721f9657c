import { ConnectionInvalid, hostsOf, partsOf } from './connection-text.js';

const PORT = 27017;

/**
 * The URI as the driver takes it: with an encoded user and password. The driver itself checks the options. Throws
 * `ConnectionInvalid`.
 */
export function mongoUriOf(text: string): string {
  const { scheme, user, password, hosts, place } = partsOf(text, ['mongodb', 'mongodb+srv']);
  const servers = hostsOf(hosts, PORT);
  if (servers.some(({ name }) => name === '')) throw new ConnectionInvalid('must have a host');
  if (scheme === 'mongodb+srv' && (servers.length > 1 || hosts.includes(':')))
    throw new ConnectionInvalid('must have one host without a port behind mongodb+srv://');
  const encoded = [user, password]
    .filter((part) => part !== null)
    .map(encodeURIComponent)
    .join(':');
  return `${scheme}://${encoded === '' ? '' : `${encoded}@`}${place}`;
}
