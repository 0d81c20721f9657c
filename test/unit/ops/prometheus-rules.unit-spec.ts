import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import { describe, expect, it } from 'vitest';

const FOLDER = path.resolve('deploy/prometheus');
const run = promisify(execFile);

/** Debian's package `prometheus` has it; null: not on this machine. */
function promtool(): string | null {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const found = folders.map((folder) => path.join(folder, 'promtool')).find(isExecutable);
  if (!found) process.stderr.write('SKIPPED prometheus-rules: no promtool on this machine\n');
  return found ?? null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const program = promtool();

(program ? describe : describe.skip)('deploy/prometheus', () => {
  it.each([
    ['is valid', ['check', 'rules', 'rules.yml']],
    ['tells of what is wrong, and of nothing else', ['test', 'rules', 'rules.test.yml']],
  ])('%s', async (_, args) => {
    const { stdout } = await run(program ?? '', args, { cwd: FOLDER });
    expect(stdout).toContain('SUCCESS');
  });
});
