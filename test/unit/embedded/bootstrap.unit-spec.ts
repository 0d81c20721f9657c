import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

const root = process.cwd();
const run = (...args: string[]) =>
  spawnSync(process.execPath, [path.join(root, 'scripts', 'bootstrap.mjs'), ...args], { encoding: 'utf8' });

/** What `bootstrap.mjs` imports statically, directly or not: it has to run on the Node of an old machine. */
function filesForOldNode(file: string, seen = new Set<string>()): Set<string> {
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  for (const [, name] of text.matchAll(/^import .* from '(\.[^']+)';$/gm)) {
    const imported = path.resolve(path.dirname(file), name ?? '');
    if (!seen.has(imported)) filesForOldNode(imported, seen);
  }
  return seen;
}

describe('bootstrap', () => {
  it('says what it knows when it is asked for something else, without a stack', () => {
    const { status, stdout, stderr } = run('no-such-command');
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('There is no such command.');
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('uses nothing that Node 12 cannot parse before a newer Node is there', () => {
    const files = [...filesForOldNode(path.join(root, 'scripts', 'bootstrap.mjs'))];
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) {
      const code = readFileSync(file, 'utf8').replace(/^\s*(\/\/|\*|\/\*).*$/gm, '');
      expect([file, /\?\.[a-z[(]|\?\?|from 'node:|^await |\.at\(|replaceAll|\d_\d/m.exec(code)?.[0]]).toEqual(
        [file, undefined],
      );
    }
  });

  it('has no dependency', () => {
    const folder = path.join(root, 'scripts', 'lib');
    const imports = readdirSync(folder)
      .filter((name) => name !== 'download-mongod.mjs')
      .flatMap((name) => [...readFileSync(path.join(folder, name), 'utf8').matchAll(/ from '([^']+)';$/gm)])
      .map(([, name]) => name ?? '');
    const builtIn = /^(\.|node:)|^(child_process|fs|os|path|url)$/;
    expect(imports.filter((name) => !builtIn.test(name))).toEqual([]);
  });
});
