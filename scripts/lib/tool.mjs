// Node 12.20 syntax (see bootstrap.mjs).
import { spawn } from 'child_process';
import fs from 'fs';
import path from 'path';

import { tail } from './failure.mjs';
import { onParentGone } from './foreground.mjs';
import { cachePath, root } from './paths.mjs';

// `npm run` passes all its settings to its children. Only those that say how to reach a registry may pass, because a
// prefix, a user agent or `production` of the outer npm would change the behaviour of the inner one.
const REGISTRY_SETTING =
  /^npm_config_(registry|.*:registry|ca|cafile|cert|key|strict_ssl|https?_proxy|proxy|no_?proxy|userconfig|globalconfig|cache|fetch_.*|.*_auth.*|\/\/.*|offline|prefer_offline)$/i;

/** The environment for npm, pnpm, pip and cargo: without the additions of an outer npm, and never interactive. */
export function toolEnv(extra) {
  const env = {};
  for (const name of Object.keys(process.env)) {
    if (/^npm_/i.test(name) && !REGISTRY_SETTING.test(name)) continue;
    if (name === 'NODE_ENV' || name === 'NODE_OPTIONS' || name === 'INIT_CWD') continue;
    env[name] = process.env[name];
  }
  return Object.assign(env, { CI: 'true', COREPACK_ENABLE_DOWNLOAD_PROMPT: '0' }, extra);
}

/** The command line of npm itself, with the Node that it came with, because an old npm does not run on a new Node. */
export function npmCommand() {
  const own = process.env.npm_execpath || '';
  if (/npm-cli\.js$/.test(own)) return [process.env.npm_node_execpath || process.execPath, own];
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm'];
}

/** PATH without the newer Node that was put in front of it. */
export const originalPath = () => process.env.TRIPTYCH_ORIGINAL_PATH || process.env.PATH;

const active = new Set();

/** Ends every running tool. Each is a process group of its own, so that its children end too. */
export function stopTools() {
  for (const child of active) {
    try {
      if (process.platform === 'win32') child.kill();
      else process.kill(-child.pid, 'SIGTERM');
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  }
}

const INTERRUPTIONS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };
const interrupted = Object.keys(INTERRUPTIONS).map((signal) => {
  const stop = () => {
    stopTools();
    process.stderr.write('\nInterrupted.\n');
    process.exit(INTERRUPTIONS[signal]);
  };
  return { signal, stop };
});

let isWatchingParent = false;

function listen() {
  interrupted.forEach(({ signal, stop }) => process.on(signal, stop));
  if (isWatchingParent) return;
  isWatchingParent = true;
  onParentGone(() => {
    if (active.size > 0) interrupted[0].stop();
  });
}

const unlisten = () => interrupted.forEach(({ signal, stop }) => process.removeListener(signal, stop));

/**
 * Runs a tool to its end; its output goes to a log file in the cache folder.
 * @param {{name: string, command: string[], cwd?: string, env?: object, timeoutMs?: number, maxStdout?: number, onOutput?: (text: string) => void}} options
 * @returns {Promise<{ok: boolean, stdout: string, why: string, log: string}>} `why` is the end of its output
 */
export function runTool(options) {
  const log = path.join(cachePath('logs'), options.name + '.log');
  const file = fs.createWriteStream(log);
  file.on('error', (error) =>
    process.stderr.write('The log ' + log + ' cannot be written: ' + error.message + '\n'),
  );
  file.write('$ ' + options.command.join(' ') + '\n');
  return new Promise((resolve) => {
    const child = spawn(options.command[0], options.command.slice(1), {
      cwd: options.cwd || root,
      env: options.env || toolEnv({}),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      shell: /\.cmd$/.test(options.command[0]),
    });
    if (active.size === 0) listen();
    active.add(child);
    let output = '';
    let stdout = '';
    let timedOut = false;
    const timer = options.timeoutMs
      ? setTimeout(() => {
          timedOut = true;
          child.kill('SIGKILL');
        }, options.timeoutMs)
      : null;
    const finish = (ok, reason) => {
      if (timer) clearTimeout(timer);
      if (!active.delete(child)) return;
      if (active.size === 0) unlisten();
      file.end();
      const why = timedOut
        ? 'no answer within ' + options.timeoutMs / 1000 + ' s'
        : tail(output, 15) || reason;
      resolve({ ok, stdout: stdout.trim(), why, log });
    };
    const take = (isStdout) => (chunk) => {
      const text = chunk.toString();
      file.write(chunk);
      output = (output + text).slice(-20000);
      if (isStdout) stdout = (stdout + text).slice(-(options.maxStdout || 20000));
      if (options.onOutput) options.onOutput(text);
    };
    child.stdout.on('data', take(true));
    child.stderr.on('data', take(false));
    child.on('error', (error) => finish(false, options.command[0] + ': ' + error.message));
    child.on('close', (code, signal) => finish(code === 0, 'ended with ' + (signal || 'exit code ' + code)));
  });
}
