import { Server as NetServer } from 'node:net';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';

import type { FastifyInstance } from 'fastify';

/** How long a connection may be silent before it is closed. Longer than a request takes to arrive. */
const QUIET_MS = 500;
const LOOK_EVERY_MS = 20;
/** Leaves time for the rest of the shutdown, even if a client keeps a connection open. */
const CUT_OFF_AFTER_MS = 7_000;

/**
 * On close, accepts no new connection, and every answer ends its connection, so that no client sends its next request
 * into a closed one. Node's `close` would instead cut idle connections at once, including those on which a request is
 * arriving. Then it would wait for the connections that were busy at that moment until their clients close them.
 */
export function drainOnClose(fastify: FastifyInstance): void {
  let isClosing = false;
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    if (isClosing) void reply.header('connection', 'close');
    done();
  });
  fastify.addHook('preClose', async () => {
    isClosing = true;
    await drain(fastify.server);
  });
}

async function drain(server: FastifyInstance['server']): Promise<void> {
  if (!server.listening) return;
  let isEmpty = false;
  // The `close` of `http.Server` would also close idle connections.
  NetServer.prototype.close.call(server, () => {
    isEmpty = true;
  });
  const startedAt = performance.now();
  // Counts rounds rather than seconds, because on a busy machine the process may simply not have read its sockets yet.
  for (let looks = 1; !isEmpty; looks += 1) {
    await pause(LOOK_EVERY_MS);
    // First reads what has arrived, because a connection with a new request is not idle.
    await nextTurn();
    if (performance.now() - startedAt > CUT_OFF_AFTER_MS) server.closeAllConnections();
    else if (looks * LOOK_EVERY_MS > QUIET_MS) server.closeIdleConnections();
  }
}
