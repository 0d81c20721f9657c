import { isIPv6 } from 'node:net';

/** Why a connection cannot be used. The message names no value, because it may be part of a password. */
export class ConnectionInvalid extends Error {}

/** The parts of `scheme://user:password@hosts/database?parameters`, decoded except for the hosts. */
export interface ConnectionParts {
  scheme: string;
  user: string | null;
  password: string | null;
  hosts: string;
  database: string;
  /** In their order. A name may occur twice. */
  parameters: readonly (readonly [name: string, value: string])[];
  /** Everything behind the user and the password, as it was written. */
  place: string;
}

/** With an encoded user and password. Azure's URIs have an `@` in their parameters. */
const ENCODED =
  /^([a-z][a-z+]*):\/\/([^@/?#]*)@([^@/?#]+)(\/[^@/?#]*)?(\?[\w.]+=[^&#]*(?:&[\w.]+=[^&#]*)*)$/i;
/** The last `@` ends the password, so `@`, `/`, `?`, `#` and `,` may stand in it as they are. */
const RAW = /^([a-z][a-z+]*):\/\/(?:(.*)@)?([^@/?#]*)(\/[^@/?#]*)?(\?[^@#]*)?$/is;

const matched = (text: string): RegExpExecArray | null => ENCODED.exec(text.trim()) ?? RAW.exec(text.trim());

/** Throws `ConnectionInvalid`. */
export function partsOf(text: string, schemes: readonly string[]): ConnectionParts {
  const [, scheme = '', given, hosts = '', path = '', query = ''] = matched(text) ?? [];
  if (!schemes.includes(scheme.toLowerCase())) {
    const begins = schemes.map((name) => `${name}://`).join(' or ');
    throw new ConnectionInvalid(
      `must be ${begins}user:password@host:port/database; write @, /, ? and # as %40, %2F, %3F and %23 behind the host`,
    );
  }
  const colon = given?.indexOf(':') ?? -1;
  return {
    scheme: scheme.toLowerCase(),
    user: decodedOrNull(colon < 0 ? given : given?.slice(0, colon)),
    password: decodedOrNull(colon < 0 ? undefined : given?.slice(colon + 1)),
    hosts,
    database: decoded(path.slice(1)),
    place: `${hosts}${path}${query}`,
    parameters: query.slice(1).split('&').filter(Boolean).map(parameterOf),
  };
}

/** A text with a `%` that begins no escape was not encoded, so it is taken as it is. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}

const decodedOrNull = (text: string | undefined): string | null => (text ? decoded(text) : null);

function parameterOf(text: string): readonly [string, string] {
  const [, name = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(text) ?? [];
  return [decoded(name), decoded(value)];
}

/** A server: a name or an address (without brackets) and a port, or the folder of a Unix socket. */
export interface Host {
  name: string;
  port: number;
}

export const isSocket = ({ name }: Host): boolean => name.startsWith('/');

/** `a:1,[::1]:2,%2Frun%2Fpostgresql`. Throws `ConnectionInvalid`. */
export const hostsOf = (text: string, defaultPort: number): Host[] =>
  text.split(',').map((host) => {
    const [, name = '', port = ''] = /^(\[[^\]]+\]|[^:]*)(?::([^:]*))?$/.exec(host) ?? [];
    if (name === '' && host !== '')
      throw new ConnectionInvalid('must have a host, and an IPv6 address in brackets: [::1]');
    return { name: hostName(name), port: portOf(port, defaultPort) };
  });

/** Throws `ConnectionInvalid`. */
export function hostName(text: string): string {
  const name = decoded(text).trim();
  const address = /^\[(.*)\]$/.exec(name)?.[1] ?? name;
  if (name === '' || name.startsWith('/') || isIPv6(address)) return address;
  if (!/^[\p{L}\p{N}._-]+$/u.test(name)) throw new ConnectionInvalid('must have a host name or an address');
  return name;
}

/** Kubernetes sets `POSTGRES_PORT=tcp://10.0.0.7:5432` for a service named `postgres`. */
const KUBERNETES_LINK = /^tcp:\/\/[^:/]+:(\d+)$/;

/** Throws `ConnectionInvalid`. */
export function portOf(text: string, defaultPort: number): number {
  if (text === '') return defaultPort;
  const digits = KUBERNETES_LINK.exec(text)?.[1] ?? text;
  const port = /^\d{1,5}$/.test(digits) ? Number(digits) : 0;
  if (port < 1 || port > 65_535) throw new ConnectionInvalid('must have a port from 1 to 65535');
  return port;
}

/** `host:port`, for a URL and for people. */
export const hostText = ({ name, port }: Host): string => {
  const shown = name.includes(':') ? `[${name}]` : name.startsWith('/') ? encodeURIComponent(name) : name;
  return `${shown}:${port}`;
};

/** `host:port/database`: all parts of a connection that may be shown. */
export function addressOf(text: string): string {
  const [, , , hosts, path = ''] = matched(text) ?? [];
  try {
    hostsOf(hosts ?? '', 1);
    return hosts === undefined ? 'the given URL' : `${hosts}${path}`;
  } catch (error) {
    // A password without a host looks like a port.
    if (error instanceof ConnectionInvalid) return 'the given URL';
    throw error;
  }
}
