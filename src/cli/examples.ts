import path from 'node:path';

import { InvalidArgumentError } from 'commander';

import type { Env } from '../config/aliases.js';
import { processEnv } from '../config/load-config.js';
import { Interruption } from '../stores/embedded/interruption.js';
import { freePort } from '../stores/embedded/ports.js';
import { startEmbeddedStores } from '../stores/embedded/start-embedded-stores.js';
import { packageRoot } from './drizzle-kit/run-drizzle-kit.js';
import { FINISHED, isStory, STORIES, type Story } from './examples/stories.js';
import { sayEvent, step } from './quickstart/progress.js';
import { checkedConfig, quickstartEnv } from './quickstart/service-env.js';
import { startOnStores } from './quickstart/start-on-stores.js';
import { print, runCommand } from './run-command.js';
import { runChild } from './terminal/run-child.js';
import { plural, table } from './terminal/table.js';

interface Options {
  only?: readonly Story[];
}

interface ExampleResult {
  story: Story;
  isKept: boolean;
  seconds: number;
}

/** Like that of quickstart, but with a port and a data folder of its own, so that a quickstart may run beside it. */
async function environment(): Promise<Env> {
  const given = processEnv();
  const env = quickstartEnv({ ...given, LOG_LEVEL: given['LOG_LEVEL'] || 'silent' });
  checkedConfig(env);
  return {
    ...env,
    DATA_DIR: path.join(env['DATA_DIR'] || '.data', 'examples'),
    PORT: String(await freePort(undefined, new Set())),
  };
}

async function runExample(story: Story, env: Env): Promise<ExampleResult> {
  const startedAt = Date.now();
  const file = path.join(packageRoot, 'examples', `${story}.mjs`);
  const { exitCode } = await runChild([file], { cwd: packageRoot, env, stdio: 'inherit' });
  return { story, isKept: exitCode === 0, seconds: (Date.now() - startedAt) / 1_000 };
}

/** Runs the stories one after the other, even after a failed one, and stops everything that it started. */
async function runAll(stories: readonly Story[], interruption: Interruption): Promise<ExampleResult[]> {
  const env = await environment();
  const begin = () => startEmbeddedStores({ env, redis: 'optional', onEvent: sayEvent });
  const stores = await step('Stores', begin, () => 'up');
  const results: ExampleResult[] = [];
  try {
    if (interruption.isRequested) return results;
    const { base, service } = await startOnStores(env, stores);
    const known = { TRIPTYCH_URL: base, TRIPTYCH_STORES: stores.dataDir.storesFile };
    try {
      for (const story of stories)
        if (!interruption.isRequested) results.push(await runExample(story, { PATH: env['PATH'], ...known }));
    } finally {
      await service.stop();
    }
  } finally {
    await stores.stop();
  }
  return results;
}

function parseStories(text: string): Story[] {
  const names = text.split(',').map((name) => name.trim().replace(/\.mjs$/, ''));
  if (names.every(isStory)) return names;
  throw new InvalidArgumentError(`It must be one of ${STORIES.join(', ')}, or several with commas.`);
}

await runCommand<Options>({
  script: 'examples',
  description: 'Starts the stores and the service, runs the scripts of examples/ and stops everything.',
  configure: (command) => command.option('--only <names>', 'only these, with commas between', parseStories),
  run: async ({ only = FINISHED }) => {
    const interruption = new Interruption();
    const results = await runAll(only, interruption);
    print('');
    const rows = results.map(({ story, isKept, seconds }) => [
      `${story}.mjs`,
      isKept ? '✓ as promised' : '✗ not as promised',
      `${seconds.toFixed(1)} s`,
    ]);
    print(table(['example', 'answers', 'took'], rows));
    const broken = results.filter(({ isKept }) => !isKept).length;
    if (results.length < only.length) return 1;
    print(broken === 0 ? `${plural(results.length, 'example')} as promised` : `${broken} not as promised`);
    return broken === 0 ? 0 : 1;
  },
});
