import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { FINISHED, STORIES } from '../../src/cli/examples/stories.js';
import { freePort } from '../../src/stores/embedded/ports.js';
import { NO_STORE_URLS } from '../support/no-store-urls.js';
import { describeWithPrograms } from '../support/store-programs.js';

interface Run {
  exitCode: number | null;
  output: string;
}

async function end(child: ChildProcess): Promise<Run> {
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, output };
}

const node = (args: readonly string[], env: Record<string, string>): Promise<Run> =>
  end(spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] }));

describe('the examples', () => {
  it('are one script for each seed, run by npm run examples', () => {
    const scripts = readdirSync('examples').filter((name) => name.endsWith('.mjs'));
    expect(scripts.toSorted()).toEqual(STORIES.map((story) => `${story}.mjs`).toSorted());
  });

  describe('without a service that answers as promised', () => {
    let server: Server;
    let url: string;
    beforeAll(async () => {
      server = createServer((_request, response) => {
        response.setHeader('content-type', 'application/json').end('{"status":"degraded"}');
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    afterAll(() => void server.close());

    it('end with 1, the promise and what was found instead', async () => {
      const { exitCode, output } = await node(['examples/polyglot-persistence.mjs'], { TRIPTYCH_URL: url });
      expect(exitCode).toBe(1);
      expect(output).toContain('✗ all three databases answer');
      expect(output).toMatch(/promised: 'healthy'\n +found: +'degraded'/);
    });

    it('say how to start one where nothing listens', async () => {
      const { exitCode, output } = await node(['examples/nestjs-hybrid.mjs'], {
        TRIPTYCH_URL: `http://127.0.0.1:${await freePort(undefined, new Set())}`,
      });
      expect(exitCode).toBe(1);
      expect(output).toContain('npm run quickstart');
    });

    it('are called by names that there are', async () => {
      const { exitCode, output } = await node(['dist/cli/examples.js', '--only', 'no-such'], {});
      expect([exitCode, output.includes(STORIES.join(', '))]).toEqual([2, true]);
    });
  });
});

describeWithPrograms()('npm run examples', () => {
  let dataDir: string;
  let run: Run;
  beforeAll(async () => {
    dataDir = await mkdtemp(path.join(os.tmpdir(), 'triptych examples '));
    // Otherwise PostgreSQL, which root runs as another user, would be put elsewhere and outlive this folder.
    await chmod(dataDir, 0o755);
    run = await node(['dist/cli/examples.js'], {
      ...NO_STORE_URLS,
      DATA_DIR: dataDir,
      NODE_ENV: 'development',
    });
  }, 180_000);
  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  it('finds every answer as the documents promise', () => {
    expect(run.output.split('\n').filter((line) => line.includes('✗'))).toEqual([]);
    expect({ ...run, output: run.output.slice(-500) }).toMatchObject({ exitCode: 0 });
  });

  it.each(FINISHED)('tells the story of %s', (story) => {
    expect(run.output).toMatch(new RegExp(`${story}\\.mjs +✓ as promised`));
  });

  it('leaves nothing running', () => {
    const folder = path.join(dataDir, 'examples');
    expect(existsSync(path.join(folder, 'stores.json'))).toBe(false);
    const state = readFileSync(path.join(folder, 'run', 'state.json'), 'utf8');
    expect((JSON.parse(state) as { processes: unknown[] }).processes).toEqual([]);
  });
});
