// Node 12.20 syntax (see bootstrap.mjs).
import { execFileSync, spawn } from 'child_process';
import fs from 'fs';
import os from 'os';

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];

const isLinux = process.platform === 'linux';

/** The result of `read` about another process. Null if that process has ended meanwhile. */
function ofProcess(read) {
  try {
    return read();
  } catch (error) {
    // `ps` exits with 1 if there is no such process.
    if (error.code === 'ENOENT' || error.code === 'ESRCH' || error.status === 1) return null;
    throw error;
  }
}

const ps = (pid, column) =>
  execFileSync('ps', ['-o', column + '=', '-p', String(pid)], { encoding: 'utf8' }).trim();

const parentOf = (pid) =>
  ofProcess(() => {
    if (!isLinux) return Number(ps(pid, 'ppid'));
    const stat = fs.readFileSync('/proc/' + pid + '/stat', 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  });

const commandOf = (pid) =>
  ofProcess(() =>
    isLinux ? fs.readFileSync('/proc/' + pid + '/cmdline', 'utf8').replace(/\0/g, ' ') : ps(pid, 'command'),
  );

/** Whether the package manager still runs. It is our parent, or the parent of the `sh -c` that it uses. */
function packageManagerWatch() {
  const parent = process.ppid;
  const viaShell = /^(\S*\/)?(sh|dash|bash) (-\w+ )*-c /.test(commandOf(parent) || '');
  const manager = viaShell ? parentOf(parent) : parent;
  return () => {
    if (process.ppid !== parent) return false;
    return !viaShell || parentOf(parent) === manager;
  };
}

/**
 * Calls back once when the process that started this one has ended: another layer of this script (which holds the
 * other end of the IPC channel) or the package manager. A shell may end, because `nohup … &` is allowed to outlive it.
 */
export function onParentGone(callback) {
  if (process.connected) {
    process.once('disconnect', callback);
    if (process.channel && process.channel.unref) process.channel.unref();
    return;
  }
  if (!process.env.npm_lifecycle_event || process.platform === 'win32') return;
  const isManagerAlive = packageManagerWatch();
  const timer = setInterval(
    () => {
      if (isManagerAlive()) return;
      clearInterval(timer);
      callback();
    },
    isLinux ? 300 : 2000,
  );
  timer.unref();
}

/**
 * Runs a program with this terminal and passes signals on, so that the program decides how to end. It may see a
 * signal twice (from the terminal and from here).
 * @returns {Promise<number>} its exit code; 128 + n when signal n ended it
 */
export function runForeground(command, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
    const forward = (signal) => child.kill(signal);
    FORWARDED.forEach((signal) => process.on(signal, forward));
    onParentGone(() => child.kill('SIGTERM'));
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      FORWARDED.forEach((name) => process.removeListener(name, forward));
      resolve(signal ? 128 + os.constants.signals[signal] : code);
    });
  });
}
