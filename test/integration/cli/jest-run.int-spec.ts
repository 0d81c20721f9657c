import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { runJest } from '../../../src/cli/tests/jest-run.js';

describe('a run of Jest', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'triptych-jest-run-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** What comes of one spec of its own. */
  async function runOf(spec: string) {
    await writeFile(path.join(folder, 'one.test.cjs'), spec);
    const config = JSON.stringify({
      rootDir: folder,
      testMatch: ['**/*.test.cjs'],
      moduleFileExtensions: ['cjs', 'js'],
      transform: {},
      reporters: [],
    });
    const env = { PATH: process.env['PATH'] };
    let signal: NodeJS.Signals | null = null;
    const run = await runJest(
      ['--config', config],
      env,
      (jest) => jest.once('exit', (_, by) => (signal = by)),
      1_000,
    );
    return { ...run, signal };
  }

  it('counts what passed and what failed', async () => {
    const run = await runOf(`it('a', () => {}); it('b', () => { throw new Error('no'); });`);
    expect(run).toMatchObject({ passed: 1, failed: 1, skipped: 0, exitCode: 1, signal: null });
  }, 60_000);

  it('ends where a test has left something open, and has failed then', async () => {
    const run = await runOf(`it('a', () => { setInterval(() => {}, 1_000); });`);
    expect(run).toMatchObject({ passed: 1, failed: 0, exitCode: 1, signal: 'SIGKILL' });
  }, 60_000);
});
