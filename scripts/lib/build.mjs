import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { cloneId } from './dependencies.mjs';
import { Failure } from './failure.mjs';
import { withLock } from './lock.mjs';
import { cachePath, root } from './paths.mjs';
import { hashOf, isStamped, stamp } from './stamp.mjs';
import { runTool, toolEnv } from './tool.mjs';

const STAMP = path.join(root, 'dist', '.triptych-build');

const buildScript = () => JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).scripts.build;

function inputHash() {
  const settings = readdirSync(root).filter((name) => /^tsconfig.*\.json$/.test(name));
  return hashOf(root, {
    files: [
      ...settings.sort(),
      'nest-cli.json',
      '.swcrc',
      'scripts/build-dashboard.mjs',
      'scripts/bundle.mjs',
      // The bundle contains the packages.
      'pnpm-lock.yaml',
    ],
    folders: ['src', 'dashboard'],
    texts: [buildScript()],
  });
}

async function build() {
  const hash = inputHash();
  const bin = path.join(root, 'node_modules', '.bin');
  const shell = process.platform === 'win32' ? ['cmd', '/d', '/s', '/c'] : ['sh', '-c'];
  const result = await runTool({
    name: 'build',
    command: [...shell, buildScript()],
    env: toolEnv({ PATH: `${bin}${path.delimiter}${process.env.PATH}` }),
  });
  if (!result.ok || !existsSync(path.join(root, 'dist'))) {
    throw new Failure('The build failed.', {
      why: result.why,
      log: result.log,
      remedies: ['correct what the compiler names; `pnpm check` shows more'],
    });
  }
  stamp(STAMP, hash);
}

/** Compiles src/ and the dashboard into dist/ unless dist/ was made from exactly these sources. */
export async function ensureBuild(steps) {
  const step = steps.open('Build');
  const isCurrent = () => isStamped(STAMP, inputHash());
  if (isCurrent()) return step.done('up to date');
  step.working('compiling src/ and dashboard/ to dist/');
  const lock = path.join(cachePath('locks'), `build-${cloneId()}`);
  try {
    await withLock(
      lock,
      (pid) => step.progress(`process ${pid} is building`),
      async () => {
        if (!isCurrent()) await build();
      },
    );
  } catch (error) {
    step.fail('failed');
    throw error;
  }
  return step.done('built');
}
