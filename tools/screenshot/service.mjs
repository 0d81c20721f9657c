import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';

import { root } from '../../scripts/lib/paths.mjs';

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * `npm run quickstart` with data of its own, as a first-time user sees it.
 * @returns {Promise<{url: string, stop: () => Promise<void>}>}
 */
export async function startQuickstart() {
  const data = mkdtempSync(path.join(os.tmpdir(), 'triptych-screenshot-'));
  const port = await freePort();
  const child = spawn(process.execPath, [path.join(root, 'scripts', 'bootstrap.mjs'), 'quickstart'], {
    env: { ...process.env, DATA_DIR: data, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGINT');
    await exit;
    rmSync(data, { recursive: true, force: true });
  };
  const ready = new Promise((resolve) => {
    let seen = '';
    child.stdout.on('data', (chunk) => {
      seen += chunk;
      if (seen.includes('Triptych is ready')) resolve(true);
    });
  });
  if ((await Promise.race([ready, exit])) !== true) throw new Error('The quickstart has ended by itself');
  return { url: `http://127.0.0.1:${port}`, stop };
}
