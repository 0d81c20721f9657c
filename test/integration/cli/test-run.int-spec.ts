import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { runVitest, type TestRun } from '../../../src/cli/tests/test-run.js';

describe('a run of Vitest', () => {
  let folder: string;
  beforeAll(async () => {
    // Inside the project, so that the spec finds Vitest.
    folder = await mkdtemp(path.join('node_modules', '.test-run-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** The result of one spec with this text. */
  async function runOf(spec: string): Promise<TestRun> {
    await writeFile(path.join(folder, 'one.test.mjs'), `import { it } from 'vitest';\n${spec}`);
    await writeFile(
      path.join(folder, 'vitest.config.mjs'),
      `export default { test: { include: ['*.test.mjs'], exclude: [] } };`,
    );
    const env = { PATH: process.env['PATH'] };
    return runVitest(['--root', folder], env, () => undefined);
  }

  it('counts what passed, what failed and what was skipped', async () => {
    const run = await runOf(`it('a', () => {}); it('b', () => { throw new Error('no'); }); it.skip('c');`);
    expect(run).toMatchObject({ passed: 1, failed: 1, skipped: 1, exitCode: 1 });
    expect(run.tests.map(({ name, isPassed }) => [name, isPassed])).toEqual([
      ['a', true],
      ['b', false],
    ]);
  });

  it('counts a file that cannot be loaded as one failure', async () => {
    expect(await runOf(`throw new Error('no');`)).toMatchObject({ passed: 0, failed: 1, exitCode: 1 });
  });

  it('fails where a promise is rejected that nothing awaits', async () => {
    const run = await runOf(`it('a', () => { void Promise.reject(new Error('no')); });`);
    expect(run).toMatchObject({ passed: 1, exitCode: 1 });
  });

  it('ends where a test has left a timer running', async () => {
    const run = await runOf(`it('a', () => { setInterval(() => {}, 1_000); });`);
    expect(run).toMatchObject({ passed: 1, failed: 0, exitCode: 0 });
  });
});
