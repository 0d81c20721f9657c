import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { OFFENCES, PERMITTED } from './offences.js';

const run = promisify(execFile);
const CRUISER = 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs';
const CONFIG = '.dependency-cruiser.cjs';
/** Inside the repository, so that packages resolve. */
const TREE = `.data/boundaries-${process.pid}`;

interface Report {
  modules: { source: string; dependencies: { resolved: string }[] }[];
  summary: { violations: { from: string; to: string; rule: { name: string } }[] };
}

/** As `check:boundaries` does it, with the findings as JSON. It ends with the number of violations. */
async function cruise(folder: string, config: string): Promise<Report> {
  const args = [CRUISER, folder, '--config', config, '--output-type', 'json'];
  // Violations are its exit code, so that a rejection is an answer too.
  const outcome: unknown = await run(process.execPath, args, { maxBuffer: 256 * 1024 * 1024 }).catch(
    (error: unknown) => error,
  );
  const { stdout, stderr } = outcome as { stdout: string; stderr: string };
  if (stdout === '') throw new Error(`dependency-cruiser failed: ${stderr}`);
  return JSON.parse(stdout) as Report;
}

const specifier = (from: string, target: string): string => {
  if (!target.startsWith('src/')) return target;
  const relative = path.relative(path.dirname(from), target).replace(/\.ts$/, '.js');
  return relative.startsWith('.') ? relative : `./${relative}`;
};

async function write(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(path.join(TREE, file)), { recursive: true });
  await writeFile(path.join(TREE, file), text);
}

/** The rules as they are, for a tree elsewhere. */
async function configForTree(): Promise<string> {
  const rules: unknown = createRequire(import.meta.url)(path.resolve(CONFIG));
  const moved = JSON.stringify(rules).replaceAll('^src/', `^${TREE}/src/`);
  await writeFile(path.join(TREE, 'rules.cjs'), `module.exports = ${moved};\n`);
  return path.join(TREE, 'rules.cjs');
}

describe('the boundary rules', () => {
  let found: { from: string; rule: string }[] = [];

  beforeAll(async () => {
    const files = [...OFFENCES, ...PERMITTED];
    for (const { imports } of files) if (imports.startsWith('src/')) await write(imports, 'export {};\n');
    for (const { from, imports } of files)
      await write(from, `import '${specifier(from, imports)}';\nexport {};\n`);
    await write('src/flows/circle/two.ts', "import './one.js';\nexport {};\n");
    const report = await cruise(`${TREE}/src`, await configForTree());
    found = report.summary.violations.map(({ from, rule }) => ({
      from: from.slice(TREE.length + 1),
      rule: rule.name,
    }));
  });
  afterAll(() => rm(TREE, { recursive: true, force: true }));

  it.each(OFFENCES)('$rule: $from may not import $imports', ({ rule, from }) => {
    expect(found).toContainEqual({ from, rule });
  });

  it.each(PERMITTED)('$from may import $imports', ({ from }) => {
    expect(found.filter((violation) => violation.from === from)).toEqual([]);
  });

  it('have each an offence that proves it', () => {
    const rules = createRequire(import.meta.url)(path.resolve(CONFIG)) as { forbidden: { name: string }[] };
    const proven = new Set(OFFENCES.map(({ rule }) => rule));
    expect(rules.forbidden.map(({ name }) => name).filter((name) => !proven.has(name))).toEqual([]);
  });
});

describe('src', () => {
  /** Not read models: what is only looked up is not moved. */
  const POSTGRES_SIDE = /^src\/stores\/postgres\/postgres\.ts$|^src\/modules\/.*\.pg\.repository\.ts$/;
  const MONGO_SIDE = /^src\/stores\/mongo\/mongo\.ts$|^src\/modules\/.*\.mongo\.repository\.ts$/;
  /** The audit's checkpoints in PostgreSQL are digests of what MongoDB holds: no record is moved. */
  const MAY_USE_BOTH =
    /^src\/(?:flows|ops|cli|stores|modules\/audit\/checkpoints)\/|^src\/[^/]+\.ts$|\.module\.ts$/;
  let report: Report = { modules: [], summary: { violations: [] } };

  beforeAll(async () => {
    report = await cruise('src', CONFIG);
  });

  it('keeps the boundary rules', () => {
    expect(report.modules.length).toBeGreaterThan(100);
    expect(report.summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} → ${to}`)).toEqual(
      [],
    );
  });

  it('moves data between the stores nowhere but in src/flows', () => {
    const usesBoth = report.modules.filter(({ source, dependencies }) => {
      const uses = (side: RegExp) => dependencies.some(({ resolved }) => side.test(resolved));
      return (
        source.startsWith('src/') && !MAY_USE_BOTH.test(source) && uses(POSTGRES_SIDE) && uses(MONGO_SIDE)
      );
    });
    expect(usesBoth.map(({ source }) => source)).toEqual([]);
  });
});
