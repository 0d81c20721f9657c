import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

import { hasCode } from './process-identity.js';

// Below the ranges from which systems take the ports of outgoing connections (Linux from 32768). In those ranges a
// client that keeps connecting to a dead store's port may connect to itself, and then the store cannot come back.
const LOWEST = 20_000;
const HIGHEST = 32_000;

/** Whether a server could listen there now. Throws errors that are not about the port, such as an unknown host. */
export async function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  const server = createServer();
  try {
    server.listen({ port, host, exclusive: true });
    await once(server, 'listening');
    return true;
  } catch (error) {
    if (hasCode(error, 'EADDRINUSE', 'EACCES')) return false;
    throw error;
  } finally {
    server.close();
  }
}

/** A free port of the loopback interface: `preferred` if possible, and none of `taken`. */
export async function freePort(preferred: number | undefined, taken: ReadonlySet<number>): Promise<number> {
  if (preferred && !taken.has(preferred) && (await isPortFree(preferred))) return preferred;
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const port = randomInt(LOWEST, HIGHEST);
    if (!taken.has(port) && (await isPortFree(port))) return port;
  }
  throw new Error(`no free port on 127.0.0.1 between ${LOWEST} and ${HIGHEST}`);
}
