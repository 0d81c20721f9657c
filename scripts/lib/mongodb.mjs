import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { buildSecantus, lacksForBuild, secantusPath } from './secantus.mjs';
import { Failure } from './failure.mjs';
import { withLock } from './lock.mjs';
import { cachePath, findOnPath, isExecutable } from './paths.mjs';
import { runTool, toolEnv } from './tool.mjs';

const script = (name) => fileURLToPath(new URL(name, import.meta.url));
const downloads = () => cachePath('mongodb');

/** A `mongod` that an earlier start has downloaded. */
function downloadedMongod() {
  const names = existsSync(downloads()) ? readdirSync(downloads()) : [];
  const programs = names.filter(
    (name) => name.startsWith('mongod') && !/\.(tgz|zip|md5|lock|downloading)$/.test(name),
  );
  return (
    programs
      .map((name) => path.join(downloads(), name))
      .filter(isExecutable)
      .sort()
      .at(-1) ?? null
  );
}

/** All MongoDB servers on this machine, in the order of the chain. */
function findPrograms() {
  const system = process.env.MONGOMS_SYSTEM_BINARY;
  const candidates = [
    { kind: 'mongod', path: system && isExecutable(system) ? system : null },
    { kind: 'mongod', path: findOnPath('mongod', process.env.PATH) },
    { kind: 'secantusdb', path: findOnPath('secantusd-rs', process.env.PATH) },
    { kind: 'mongod', path: downloadedMongod() },
    { kind: 'secantusdb', path: isExecutable(secantusPath()) ? secantusPath() : null },
  ];
  return candidates.filter((candidate) => candidate.path !== null);
}

async function canDownload() {
  const command = [process.execPath, script('probe-download.mjs')];
  // Lets fetch() use HTTPS_PROXY and NO_PROXY.
  const env = toolEnv({ NODE_USE_ENV_PROXY: '1' });
  return runTool({ name: 'mongodb-probe', command, env, timeoutMs: 6_000 });
}

async function download(step, dependencies) {
  step.working('waiting for the downloader');
  await dependencies;
  step.progress('downloading mongod');
  const command = [process.execPath, script('download-mongod.mjs'), downloads()];
  return runTool({ name: 'mongodb-download', command });
}

function remedies(lacks) {
  const container = 'docker run -d -p 127.0.0.1:27017:27017 mongo:8';
  const missing = lacks.length > 0 ? ` (this machine lacks ${lacks.join(', ')})` : '';
  return [
    `let it be built from source: install Rust (https://rustup.rs), then${missing}\n    Debian, Ubuntu: apt-get install build-essential cmake\n    macOS: xcode-select --install; brew install cmake`,
    'or install MongoDB: https://www.mongodb.com/docs/manual/installation/ (macOS: brew tap mongodb/brew && brew install mongodb-community)',
    `or use a container: ${container}\n    MONGODB_URI='mongodb://127.0.0.1:27017/triptych?directConnection=true' npm run …`,
    'or name any server of MongoDB 6 or newer in MONGODB_URI',
  ];
}

async function fetchOrBuild(step, dependencies) {
  step.working('looking for a source');
  const reasons = [];
  const probe = await canDownload();
  if (probe.ok) {
    const result = await download(step, dependencies);
    if (result.ok) return 'downloaded';
    reasons.push(`download of mongod: ${result.why}`);
  } else {
    reasons.push(`download of mongod: ${probe.why}`);
  }
  const lacks = await lacksForBuild();
  if (lacks.length > 0) {
    reasons.push(`build of SecantusDB: not found: ${lacks.join(', ')}`);
    throw new Failure('There is no MongoDB server, and none could be fetched.', {
      why: reasons.join('\n'),
      remedies: remedies(lacks),
    });
  }
  const built = await buildSecantus(step);
  if (built.ok) return 'built';
  reasons.push(`build of SecantusDB:\n${built.why}`);
  throw new Failure('There is no MongoDB server, and building one failed.', {
    why: reasons.join('\n'),
    log: built.log,
    remedies: remedies(lacks),
  });
}

/**
 * Finds a MongoDB server, or downloads the official one, or builds SecantusDB: once for all clones.
 * @returns {Promise<{kind: 'mongod' | 'secantusdb', path: string}[]>}
 */
export async function provideMongodb(step, dependencies) {
  const describe = (programs, how) => `${programs[0].kind}, ${how}`;
  const found = findPrograms();
  if (found.length > 0) {
    step.done(describe(found, 'found'));
    return found;
  }
  const lock = path.join(cachePath('locks'), 'mongodb');
  const onWait = (pid) => step.working(`process ${pid} is fetching it`);
  const how = await withLock(lock, onWait, async () =>
    findPrograms().length > 0 ? 'found' : fetchOrBuild(step, dependencies),
  );
  const programs = findPrograms();
  if (programs.length === 0) {
    throw new Failure('The MongoDB server is not where it was put.', {
      why: cachePath('mongodb'),
      remedies: remedies([]),
    });
  }
  step.done(describe(programs, how));
  return programs;
}
