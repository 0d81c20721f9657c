import { Server as NetServer } from 'node:net';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';

import type { FastifyInstance } from 'fastify';

/** How long a connection may carry nothing before it is closed: longer than a request is on its way. */
const QUIET_MS = 500;
const LOOK_EVERY_MS = 20;
/** Leaves the rest of the shutdown its time, whatever a client holds open. */
const CUT_OFF_AFTER_MS = 7_000;

/**
 * On close: no new connection, and every answer ends its own, so that no client sends the next request into a closed
 * one. Node's `close` would cut idle connections at once, also those on which a request is arriving, and then wait for
 * those that were busy at that moment until their clients leave them.
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
  // The one of `http.Server` would close idle connections, too.
  NetServer.prototype.close.call(server, () => {
    isEmpty = true;
  });
  const startedAt = performance.now();
  // Counted, not timed: who had to wait for the processor has read nothing meanwhile.
  for (let looks = 1; !isEmpty; looks += 1) {
    await pause(LOOK_EVERY_MS);
    // What has arrived by now is read first: a connection that it came on is not idle.
    await nextTurn();
    if (performance.now() - startedAt > CUT_OFF_AFTER_MS) server.closeAllConnections();
    else if (looks * LOOK_EVERY_MS > QUIET_MS) server.closeIdleConnections();
  }
}
