import { copyFile, glob, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { transformFile } from '@swc/core';

import type { Env } from '../config/aliases.js';
import { packageRoot } from '../config/package-root.js';
import { DataDir } from '../stores/embedded/data-dir.js';
import { runCommand, wholeNumber } from './run-command.js';
import { runChild } from './terminal/run-child.js';
import { withConfig } from './terminal/with-config.js';

interface Options {
  quick?: boolean;
  json?: boolean;
  out?: string;
  only?: string[];
  profile?: boolean;
  mongoPages?: boolean;
  growth?: boolean;
  compare?: boolean;
  rows?: number;
}

/** The program of `bench/` that the options ask for. */
const programOf = ({ mongoPages = false, growth = false }: Options): string => {
  if (growth) return 'growth/growth.js';
  return mongoPages ? 'mongo-pages.js' : 'main.js';
};

const resultOf = ({ growth = false, compare = false }: Options): string => {
  if (growth) return 'growth.json';
  return compare ? 'compare.json' : 'latest.json';
};

const SOURCES = path.join(packageRoot, 'bench');
const BUILT = path.join(packageRoot, 'dist', 'bench');

/** In `dist/bench`, the sources' path `../src/` becomes `../`. */
const fromDist = (code: string): string => code.replaceAll(/(\bfrom\s*['"](?:\.\.\/)+)src\//g, '$1');

/** Compiles bench/, which is not part of the service, with the service's own settings. */
async function build(): Promise<void> {
  await rm(BUILT, { recursive: true, force: true });
  for await (const name of glob('**/*.{ts,lua}', { cwd: SOURCES })) {
    const source = path.join(SOURCES, name);
    const built = path.join(BUILT, name.replace(/\.ts$/, '.js'));
    if (name.endsWith('.d.ts')) continue;
    await mkdir(path.dirname(built), { recursive: true });
    if (name.endsWith('.ts')) {
      const { code } = await transformFile(source, {
        configFile: path.join(packageRoot, '.swcrc'),
        sourceMaps: 'inline',
      });
      await writeFile(built, fromDist(code));
    } else await copyFile(source, built);
  }
}

async function bench(given: Options, env: Env): Promise<number> {
  const {
    quick = false,
    json = false,
    out,
    only = [],
    profile = false,
    compare = false,
    rows = null,
  } = given;
  await build();
  const data = DataDir.of(env);
  const options = {
    quick,
    json,
    only,
    profile,
    compare,
    rows,
    out: path.resolve(out ?? data.in('bench-results', resultOf(given))),
  };
  const main = path.join(BUILT, programOf(given));
  const { exitCode } = await runChild(['--enable-source-maps', main, JSON.stringify(options)], {
    cwd: packageRoot,
    env: { ...env, DATA_DIR: data.path },
    stdio: 'inherit',
  });
  return exitCode;
}

const collect = (name: string, before: string[] = []): string[] => [...before, name];

await runCommand<Options>({
  script: 'bench',
  description:
    'Measures how fast the service is, beside stock Nest and bare Fastify, on databases of its own (triptych_bench) ' +
    'that it removes afterwards. Exits with 1 when a case had errors, not when a figure is below its floor.',
  configure: (command) =>
    command
      .option('--quick', 'runs of one second: whether it works, not how fast it is')
      .option(
        '--only <name>',
        'one case: cached, cached-among-many, not-modified, uncached, key-authenticated, mutation, mutation-full-queue, analytics-batch, analytics-event, series, cold-start, redis-dead; repeatable',
        collect,
      )
      .option('--profile', 'also write CPU profiles of the service, which slows it down')
      .option(
        '--mongo-pages',
        'only what a newest-first page of MongoDB costs, at 10,000 and 300,000 entries',
      )
      .option(
        '--growth',
        'only what each list and detail route costs at 10,000 rows and at 300,000 to 1,000,000; --only takes names of tables and parts of routes, --quick loads some thousand rows',
      )
      .option(
        '--compare',
        'beside Directus and Unleash, which are installed from npm into DATA_DIR at the first time; a product that cannot be installed is left out',
      )
      .option(
        '--rows <number>',
        'with --growth: the large number of rows, instead of that of each table',
        wholeNumber(10_001),
      )
      .option('--json', 'print the result as one line of JSON')
      .option(
        '--out <file>',
        'write the result to this file (default: bench-results/latest.json in DATA_DIR, growth.json with --growth, compare.json with --compare)',
      ),
  run: (options) => withConfig(['postgres', 'mongodb', 'redis'], (_config, env) => bench(options, env)),
});
