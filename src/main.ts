import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import { createApp } from './app.setup.js';
import { loadConfig } from './config/load-config.js';
import { ConfigInvalid } from './config/parse-config.js';
import { assertUsableUri, MongoNotUsable } from './stores/mongo/usable-uri.js';

const SHUTDOWN_LIMIT_MS = 10_000;
/** In percent of what is live: how much garbage V8 may gather before it collects it. By default up to 300. */
const HEAP_GROWTH = 60;

async function main(): Promise<void> {
  // Otherwise a process of 140 live megabytes takes up to 900 on a machine with much memory.
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH}`);
  const started: { app: NestFastifyApplication | null } = { app: null };
  const stop = (): void => {
    // Nothing can have been acknowledged before the start.
    if (!started.app) process.exit(0);
    // Ends the process in time, even if something hangs. Everything that was acknowledged is durable already.
    setTimeout(() => process.exit(1), SHUTDOWN_LIMIT_MS).unref();
    void started.app.close().then(() => process.exit(0));
  };
  // Registered at once, because the first process of a container does not receive a signal for which it has no
  // handler.
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  const config = loadConfig();
  assertUsableUri(config.mongo);
  const app = await createApp(config);
  started.app = app;
  collectStartUp();
  await app.listen(config.http.port, config.http.host);
}

/**
 * Collects the garbage of the start, once, in 0.1 s. It is a third of the memory at rest, and V8 would keep it until
 * it needs the space.
 */
function collectStartUp(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options: { type: 'major'; flavor: 'last-resort' }) => void;
  collect({ type: 'major', flavor: 'last-resort' });
}

main().catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
});

function explain(error: unknown): string {
  if (error instanceof ConfigInvalid) return `${error.message}\nSee .env.example for every variable.`;
  if (error instanceof MongoNotUsable) return `${error.message}\n  ${error.why}`.trim();
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    return 'The port is in use by another program. Set PORT to a free one, for example PORT=8081.';
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
