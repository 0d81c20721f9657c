import { connect as connectTcp, isIP, Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';

import { type Host, isSocket } from '../../config/connections/connection-text.js';
import type { PostgresAddress } from '../../config/connections/postgres-address.js';
import type { PostgresTls } from '../../config/connections/postgres-tls.js';

const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
const ACCEPTED = 'S'.charCodeAt(0);

/** The server takes no encrypted connection, or answers the question for one with something else. */
class TlsRefused extends Error {
  readonly code = 'ERR_TLS_REFUSED';

  constructor() {
    super('the server takes no encrypted connection, which sslmode asks for');
  }
}

class ConnectTimeout extends Error {
  readonly code = 'CONNECT_TIMEOUT';
}

/** A connection to one host, encrypted as the address says. `opened` receives each socket before it is connected. */
export async function connectTo(
  host: Host,
  { tls }: PostgresAddress,
  timeoutMs: number,
  opened: (socket: Socket) => void,
): Promise<Socket> {
  const options = isSocket(host)
    ? { path: `${host.name}/.s.PGSQL.${host.port}` }
    : { host: host.name, port: host.port, noDelay: true, keepAlive: true };
  const socket = connectTcp(options);
  opened(socket);
  const timer = setTimeout(
    () => socket.destroy(new ConnectTimeout(`no connection within ${timeoutMs} ms`)),
    timeoutMs,
  );
  try {
    await happened(socket, 'connect');
    // As in libpq, a Unix socket is not encrypted.
    return tls.mode === 'disable' || isSocket(host) ? socket : await encrypted(socket, host, tls);
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function encrypted(socket: Socket, host: Host, tls: PostgresTls): Promise<Socket> {
  if (!tls.isDirect) {
    socket.write(SSL_REQUEST);
    const [answer] = await happened<[Buffer]>(socket, 'data');
    // Bytes behind the answer were not encrypted, so they may come from an attacker on the network.
    const isAccepted = answer.length === 1 && answer[0] === ACCEPTED;
    if (!isAccepted && tls.mode === 'prefer' && answer.length === 1) return socket;
    if (!isAccepted) throw new TlsRefused();
  }
  const secure = connectTls({ socket, ...tlsOptions(tls, host.name) });
  // Both end together, also where the inner one is cut.
  socket.on('error', (error) => secure.destroy(error)).once('close', () => secure.destroy());
  await happened(secure, 'secureConnect');
  return secure;
}

/** In the form of `node:tls`. */
export const tlsOptions = (tls: PostgresTls, name: string): ConnectionOptions => ({
  rejectUnauthorized: tls.mode === 'verify-ca' || tls.mode === 'verify-full',
  ...(tls.sendsName && isIP(name) === 0 ? { servername: name } : {}),
  // Without SNI too, the name is compared with the certificate's.
  host: name,
  ...(tls.mode === 'verify-ca' ? { checkServerIdentity: () => undefined } : {}),
  ...(tls.ca === null ? {} : { ca: tls.ca }),
  ...(tls.certificate === null ? {} : { cert: tls.certificate }),
  ...(tls.key === null ? {} : { key: tls.key }),
  ...(tls.isDirect ? { ALPNProtocols: ['postgresql'] } : {}),
});

/** Rejects with the socket's error, or if it closes. */
function happened<T extends unknown[]>(socket: Socket, event: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const done = (settle: () => void) => (): void => {
      socket.off(event, onEvent);
      socket.off('error', onError);
      socket.off('close', onClose);
      settle();
    };
    const onEvent = (...args: unknown[]): void => done(() => resolve(args as T))();
    const onError = (error: Error): void => done(() => reject(error))();
    const onClose = done(() => reject(Object.assign(new Error('the server closed'), { code: 'ECONNRESET' })));
    socket.once(event, onEvent).once('error', onError).once('close', onClose);
  });
}

/** A socket that fails with `error` as soon as its owner listens. */
export function failed(error: unknown): Socket {
  const socket = new Socket();
  setImmediate(() => socket.destroy(error instanceof Error ? error : new Error(String(error))));
  return socket;
}
