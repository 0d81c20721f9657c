// Sends generated requests to the service and compares each answer with its OpenAPI document. See README.md.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');
const START_LIMIT_MS = 10 * 60_000;
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'unsupported_method',
];

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    examples: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
  },
});

async function run(command, args, options = {}) {
  const child = spawn(command, args, { stdio: 'inherit', cwd: root, ...options });
  const [code] = await once(child, 'exit');
  return code ?? 1;
}

/** The program of the pinned version, from a venv of its own in the cache folder. */
async function schemathesis() {
  const requirements = path.join(here, 'requirements.txt');
  const version = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const cache = path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'triptych');
  const folder = path.join(cache, `schemathesis-${version}`);
  const program = path.join(folder, 'bin', 'schemathesis');
  if (existsSync(path.join(folder, 'complete'))) return program;
  rmSync(folder, { recursive: true, force: true });
  const steps = [
    ['python3', ['-m', 'venv', folder]],
    [path.join(folder, 'bin', 'pip'), ['install', '--quiet', '--requirement', requirements]],
    ['touch', [path.join(folder, 'unfinished')]],
  ];
  for (const [command, args] of steps)
    if ((await run(command, args)) !== 0)
      throw new Error(`${command} failed; Python 3.10 or newer with venv is needed`);
  renameSync(path.join(folder, 'unfinished'), path.join(folder, 'complete'));
  return program;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

async function isReady(url) {
  try {
    return (await fetch(`${url}/health/ready`)).status === 200;
  } catch (error) {
    // The error of fetch while no process listens there.
    if (error instanceof TypeError) return false;
    throw error;
  }
}

/** The quickstart with data of its own. */
async function startService() {
  const data = mkdtempSync(path.join(os.tmpdir(), 'triptych-schemathesis-'));
  const port = await freePort();
  const env = { ...process.env };
  for (const name of ['DATABASE_URL', 'MONGODB_URI', 'REDIS_URL']) delete env[name];
  const child = spawn(process.execPath, ['scripts/bootstrap.mjs', 'quickstart'], {
    cwd: root,
    env: { ...env, PORT: String(port), DATA_DIR: data },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exit = once(child, 'exit');
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    child.kill('SIGTERM');
    await exit;
    rmSync(data, { recursive: true, force: true });
  };
  const until = performance.now() + START_LIMIT_MS;
  while (!(await isReady(url))) {
    if (child.exitCode !== null || performance.now() > until) {
      await stop();
      throw new Error('The service did not start');
    }
    await pause(200);
  }
  return { url, stop };
}

const program = await schemathesis();
const service = values.url ? { url: values.url, stop: async () => undefined } : await startService();
try {
  process.exitCode = await run(
    program,
    [
      'run',
      `${service.url}/api/openapi.json`,
      ...['--checks', CHECKS.join(',')],
      ...['--phases', 'examples,coverage,fuzzing,stateful'],
      ...['--max-examples', values.examples],
      ...['--seed', values.seed],
      ...['--request-timeout', '20'],
      ...['--exclude-path-regex', '^/metrics$'],
      '--continue-on-failure',
      '--no-color',
    ],
    {
      cwd: os.tmpdir(),
      env: { ...process.env, SCHEMATHESIS_HOOKS: 'hooks', PYTHONPATH: here, PYTHONDONTWRITEBYTECODE: '1' },
    },
  );
} finally {
  await service.stop();
}
