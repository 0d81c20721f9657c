import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';

import { Failure } from './failure.mjs';
import { withLock } from './lock.mjs';
import { cachePath, fillFolder, findOnPath, root } from './paths.mjs';
import { hashOf, isStamped, stamp } from './stamp.mjs';
import { npmCommand, originalPath, runTool, toolEnv } from './tool.mjs';

const PNPM_VERSION = '10.34.9';
const STAMP = path.join(root, 'node_modules', '.triptych-install');

const inputHash = () =>
  hashOf(root, {
    files: ['pnpm-lock.yaml', 'package.json', 'pnpm-workspace.yaml'],
    texts: [process.versions.node],
  });

const isCurrent = () => isStamped(STAMP, inputHash()) && existsSync(path.join(root, 'node_modules', '.bin'));

/** The command line of a pnpm 10: from PATH, otherwise from the cache folder, into which it is fetched once. */
export async function pnpmCommand(step) {
  if (findOnPath('pnpm', process.env.PATH)) {
    const found = await runTool({ name: 'pnpm-version', command: ['pnpm', '--version'], timeoutMs: 5_000 });
    if (found.ok && found.stdout.startsWith(`${PNPM_VERSION.split('.')[0]}.`)) return ['pnpm'];
  }
  const folder = path.join(cachePath('pnpm'), PNPM_VERSION);
  const pnpm = path.join(folder, 'node_modules', 'pnpm', 'bin', 'pnpm.cjs');
  if (existsSync(pnpm)) return [process.execPath, pnpm];
  step.working(`fetching pnpm ${PNPM_VERSION}`);
  const flags = ['--no-save', '--no-audit', '--no-fund', '--no-package-lock', '--yes', '--global=false'];
  await fillFolder(folder, async (temporary) => {
    const result = await runTool({
      name: 'pnpm',
      command: [...npmCommand(), 'install', '--prefix', temporary, ...flags, `pnpm@${PNPM_VERSION}`],
      cwd: temporary,
      env: toolEnv({ PATH: originalPath() }),
    });
    if (!result.ok) throw installFailed(`pnpm ${PNPM_VERSION} could not be fetched.`, result);
  });
  return [process.execPath, pnpm];
}

const installFailed = (what, { why, log }) =>
  new Failure(what, {
    why,
    log,
    remedies: [
      'check that the npm registry can be reached: npm ping',
      'see whether there is room on the disk, then run the same command again: it goes on where it stopped',
    ],
  });

/** pnpm's `Progress: resolved 812, reused 800, downloaded 12, added 640` in fewer words. */
function progressOf(text) {
  const found = [...text.matchAll(/resolved (\d+), reused (\d+), downloaded (\d+), added (\d+)/g)].at(-1);
  return found && `${found[4]} of ${found[1]} packages (${found[3]} fetched)`;
}

async function install(step) {
  const pnpm = await pnpmCommand(step);
  step.working('installing what pnpm-lock.yaml says');
  const flags = ['--frozen-lockfile', '--prefer-offline', '--prod=false', '--reporter=append-only'];
  const result = await runTool({
    name: 'dependencies',
    command: [...pnpm, 'install', ...flags, '--config.confirm-modules-purge=false'],
    onOutput: (text) => {
      const progress = progressOf(text);
      if (progress) step.progress(progress);
    },
  });
  if (!result.ok) throw installFailed('The dependencies could not be installed.', result);
  stamp(STAMP, inputHash());
}

/** A name for this clone that is safe as a file name. */
export const cloneId = () => createHash('sha256').update(root).digest('hex').slice(0, 16);

/** Installs the locked dependencies, unless that was done for this lock file and this Node. */
export async function ensureDependencies(steps) {
  const step = steps.open('Dependencies');
  if (isCurrent()) return step.done('up to date');
  const lock = path.join(cachePath('locks'), `install-${cloneId()}`);
  const onWait = (pid) => step.working(`process ${pid} is installing them`);
  try {
    await withLock(lock, onWait, async () => {
      if (!isCurrent()) await install(step);
    });
  } catch (error) {
    step.fail('failed');
    throw error;
  }
  return step.done('installed');
}
