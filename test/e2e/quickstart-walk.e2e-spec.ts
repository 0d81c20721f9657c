import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { freePort } from '../../src/stores/embedded/ports.js';
import { startOf } from '../../src/stores/embedded/process-identity.js';
import type { StoreEntries } from '../../src/stores/embedded/store-entry.js';
import { eventually } from '../support/eventually.js';
import { NO_STORE_URLS } from '../support/no-store-urls.js';
import { activityShape, pageShape, userShape } from '../support/shapes.js';
import { describeWithPrograms } from '../support/store-programs.js';

interface Reply {
  status: number;
  headers: Headers;
  text: string;
}

describeWithPrograms()('a first walk through quickstart, without a credential', () => {
  let dataDir: string;
  let url: string;
  let child: ChildProcess;
  let output = '';
  let stores: StoreEntries;

  /** As curl sends it: a body, where there is one, and nothing that says who asks. */
  async function send(method: string, route: string, body?: object): Promise<Reply> {
    const response = await fetch(`${url}${route}`, {
      method,
      ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }
  /** As Ctrl-C does: to everything that was started in the foreground. */
  const interrupt = (): boolean => process.kill(-(child.pid ?? 0), 'SIGINT');
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;

  beforeAll(async () => {
    dataDir = await mkdtemp(path.join(os.tmpdir(), 'triptych first walk '));
    // Otherwise PostgreSQL, which root runs as another user, would be put elsewhere and outlive this folder.
    await chmod(dataDir, 0o755);
    const port = await freePort(undefined, new Set());
    url = `http://127.0.0.1:${port}`;
    const own = { DATA_DIR: dataDir, PORT: String(port), NODE_ENV: 'development' };
    child = spawn(process.execPath, [path.resolve('scripts/bootstrap.mjs'), 'quickstart'], {
      env: { ...process.env, ...NO_STORE_URLS, ...own },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk) => (output += String(chunk)));
    await eventually(
      () => Promise.resolve(output),
      (text) => text.includes('Triptych is ready') || hasEnded(),
      100_000,
    );
    if (hasEnded()) throw new Error(output);
    stores = JSON.parse(readFileSync(path.join(dataDir, 'stores.json'), 'utf8')) as StoreEntries;
  }, 120_000);
  afterAll(async () => {
    if (!hasEnded()) {
      const exit = once(child, 'exit');
      interrupt();
      await exit;
    }
    await rm(dataDir, { recursive: true, force: true });
  }, 30_000);

  it('creates, reads, changes and finds what happened', async () => {
    const created = await send('POST', '/api/v1/users', {
      ...{ email: 'walker@example.com', username: 'walker', password_hash: 'hashed_password' },
    });
    expect(created.status).toBe(201);
    expect(created.text).not.toContain('hash');
    const { id } = userShape.parse(JSON.parse(created.text));

    const miss = await send('GET', `/api/v1/users/${id}`);
    const hit = await send('GET', `/api/v1/users/${id}`);
    expect([miss.status, hit.status]).toEqual([200, 200]);
    expect(miss.headers.get('cache-status')).toMatch(/^triptych; fwd=miss/);
    expect(hit.headers.get('cache-status')).toMatch(/^triptych; hit/);
    expect([hit.text, hit.headers.get('etag')]).toEqual([miss.text, miss.headers.get('etag')]);

    const avatar = 'https://x.test/a.png';
    expect((await send('PATCH', `/api/v1/users/${id}`, { avatar })).status).toBe(200);
    const changed = await send('GET', `/api/v1/users/${id}`);
    expect(userShape.parse(JSON.parse(changed.text)).avatar).toBe(avatar);

    const types = await eventually(
      async () => {
        const list = await send('GET', `/api/v1/activity?user_id=${id}`);
        return pageShape(activityShape)
          .parse(JSON.parse(list.text))
          .data.map((entry) => entry.event_type);
      },
      (found) => found.length >= 2,
    );
    expect(types.sort()).toEqual(['user.created', 'user.updated']);

    const payload = { page: '/dashboard', duration_ms: 1_500 };
    const viewed = { user_id: 'user-uuid-here', event_type: 'page_view', payload };
    expect((await send('POST', '/api/v1/activity', viewed)).status).toBe(201);

    const health = await send('GET', '/health/database');
    expect(health.status).toBe(200);
    expect(JSON.parse(health.text)).toMatchObject({
      status: 'ok',
      info: { postgres: { status: 'up' }, mongodb: { status: 'up' }, redis: { status: 'up' } },
    });
  });

  it('is verified by a command beside it, on the stores that it runs', async () => {
    const verify = spawn(process.execPath, [path.resolve('dist/cli/db-verify.js'), '--json'], {
      env: { ...process.env, ...NO_STORE_URLS, DATA_DIR: dataDir },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const chunks: Buffer[] = [];
    verify.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    const [code] = (await once(verify, 'close')) as [number];
    expect({ code, report: JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown }).toMatchObject({
      code: 0,
      report: { ok: true },
    });
  });

  it('leaves nothing running after Ctrl-C', async () => {
    const exit = once(child, 'exit');
    interrupt();
    await exit;
    const pids = Object.values(stores).map(({ pid }) => pid ?? 0);
    expect(pids.filter((pid) => pid > 0)).toHaveLength(3);
    await eventually(
      () => Promise.all(pids.map(startOf)),
      (starts) => starts.every((start) => start === null),
      12_000,
    );
    await expect(send('GET', '/health/live')).rejects.toThrow();
  }, 30_000);
});
