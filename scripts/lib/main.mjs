import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { ensureBuild } from './build.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { Failure, reportFailure } from './failure.mjs';
import { runForeground } from './foreground.mjs';
import { provideMongodb } from './mongodb.mjs';
import { root } from './paths.mjs';
import { provideRedis } from './redis.mjs';
import { configuredStores } from './store-settings.mjs';
import { stopTools } from './tool.mjs';

/** Commands of `run` that use no store. */
const WITHOUT_STORES = new Set(['db-generate', 'openapi']);

/**
 * The request of a command line.
 * - `stores`: `required` (all three or fail), `redis-optional`, `wanted` (a missing one is only a notice), `none`
 * @returns {{cli: string, args: string[], stores: string}}
 */
export function parseCommand([command, ...args]) {
  if (command === 'quickstart') return { cli: 'quickstart', args, stores: 'redis-optional' };
  if (command === 'stores-up') return { cli: 'stores-up', args, stores: 'required' };
  if (command === 'test') {
    return { cli: 'run-tests', args, stores: args.includes('--unit') ? 'none' : 'required' };
  }
  const [cli, ...rest] = args;
  if (command === 'run' && cli && /^[a-z][a-z0-9-]*$/.test(cli)) {
    return { cli, args: rest, stores: WITHOUT_STORES.has(cli) ? 'none' : 'wanted' };
  }
  throw new Failure('There is no such command.', {
    remedies: [
      'node scripts/bootstrap.mjs quickstart | test [--unit | --faults] | stores-up | run <file of dist/cli> …',
    ],
  });
}

/** Turns a missing store program into a notice if the command can do without it. */
async function orNotice(isOptional, step, provide) {
  try {
    return await provide();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (!isOptional) {
      step.fail('failed');
      throw error;
    }
    step.notice('not available');
    reportFailure(error, process.stderr);
    return [];
  }
}

async function provideStores(stores, steps, dependencies) {
  const isConfigured = configuredStores();
  const provide = async (name, label, isOptional, how) => {
    const step = steps.open(label);
    if (isConfigured[name]) {
      step.done('given by the environment');
      return [];
    }
    return orNotice(isOptional, step, () => how(step, dependencies));
  };
  const [mongodb, redis] = await Promise.all([
    provide('mongodb', 'MongoDB server', stores === 'wanted', provideMongodb),
    provide('redis', 'Redis server', stores !== 'required', provideRedis),
  ]);
  return { mongodb, redis };
}

function cliFile(cli) {
  const folder = path.join(root, 'dist', 'cli');
  const file = path.join(folder, `${cli}.js`);
  if (existsSync(file)) return file;
  const known = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.js')) : [];
  throw new Failure(`There is no command "${cli}".`, {
    remedies: [
      `use one of: ${known.map((name) => name.replace(/\.js$/, '')).join(', ') || '(none was built)'}`,
    ],
  });
}

/**
 * Brings everything up to date, the slow steps side by side, then runs the command.
 * @returns {Promise<number>} the command's exit code
 */
export async function bootstrap(argv, steps, env) {
  const { cli, args, stores } = parseCommand(argv);
  process.chdir(root);
  Object.assign(process.env, { PATH: env.PATH, TRIPTYCH_ORIGINAL_PATH: env.TRIPTYCH_ORIGINAL_PATH });
  const dependencies = ensureDependencies(steps);
  const build = dependencies.then(() => ensureBuild(steps));
  const programs = stores === 'none' ? {} : provideStores(stores, steps, dependencies);
  const [found] = await Promise.all([programs, build]).catch((error) => {
    stopTools();
    throw error;
  });
  steps.close();
  // Tells the embedded stores which programs there are: src/stores/embedded/programs.ts.
  const childEnv = {
    ...env,
    TRIPTYCH_STORE_PROGRAMS: JSON.stringify(found),
    // Node keeps the compiled form of dist/bundle there, for each process that a command starts as well.
    NODE_COMPILE_CACHE: path.join(root, 'node_modules', '.cache', 'compiled'),
  };
  return runForeground(process.execPath, ['--enable-source-maps', cliFile(cli), ...args], childEnv);
}
