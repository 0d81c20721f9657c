// Node 12.20 syntax (see bootstrap.mjs).
import path from 'path';

import { Failure } from './failure.mjs';
import { isNewEnough, MINIMUM } from './node-version.mjs';
import { cachePath, fillFolder, isExecutable } from './paths.mjs';
import { npmCommand, originalPath, runTool, toolEnv } from './tool.mjs';

const FETCHED_VERSION = '24.21.0';

const packageName = () =>
  'node-' + (process.platform === 'win32' ? 'win' : process.platform) + '-' + process.arch;

const remedies = [
  'install Node ' + MINIMUM.join('.') + ' or newer (24 LTS is best) and run the same command again',
];

async function fetchNode(folder) {
  const version = packageName() + '@' + FETCHED_VERSION;
  const flags = ['--no-save', '--no-audit', '--no-fund', '--no-package-lock', '--yes', '--global=false'];
  const result = await runTool({
    name: 'node',
    command: npmCommand().concat(['install', '--prefix', folder], flags, [version]),
    cwd: folder,
    env: toolEnv({ PATH: originalPath() }),
  });
  if (result.ok) return;
  throw new Failure('Node ' + FETCHED_VERSION + ' could not be installed from the npm registry.', {
    why: result.why,
    log: result.log,
    remedies,
  });
}

/** The environment of everything that runs on this Node: its folder comes first in PATH. */
function environmentFor(node) {
  const before = originalPath();
  return Object.assign({}, process.env, {
    TRIPTYCH_ORIGINAL_PATH: before,
    PATH: path.dirname(node) + path.delimiter + before,
  });
}

/**
 * Finds a Node that is new enough: this one, or one from the npm registry, kept in the cache folder.
 * @returns {Promise<{path: string, isCurrent: boolean, env: object}>} `isCurrent`: this process runs on it already
 */
export async function ensureNode(steps) {
  const current = process.versions.node;
  const currentPath = { path: process.execPath, isCurrent: true, env: environmentFor(process.execPath) };
  if (isNewEnough(current)) {
    // A second process of the same start, for which the first one has printed the line.
    const isContinued = process.env.TRIPTYCH_NODE === process.execPath;
    if (!isContinued) steps.open('Node ' + current).done('found');
    return currentPath;
  }
  const step = steps.open('Node ' + FETCHED_VERSION);
  const folder = path.join(cachePath('node'), FETCHED_VERSION);
  const bin = path.join(folder, 'node_modules', packageName(), 'bin');
  const node = path.join(bin, process.platform === 'win32' ? 'node.exe' : 'node');
  const isCached = isExecutable(node);
  if (!isCached) {
    step.working('this one is ' + current + ', too old: fetching');
    await fillFolder(folder, fetchNode);
  }
  const check = await runTool({ name: 'node-check', command: [node, '--version'] });
  if (!check.ok) {
    throw new Failure('The fetched Node does not run on this system.', {
      why: check.why,
      log: check.log,
      remedies,
    });
  }
  step.done(isCached ? 'found in the cache folder' : 'fetched');
  const env = Object.assign(environmentFor(node), { TRIPTYCH_NODE: node });
  return { path: node, isCurrent: false, env };
}
