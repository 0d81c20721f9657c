// Node 12.20 syntax (see bootstrap.mjs).
import { spawn } from 'child_process';
import os from 'os';

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Calls back once when the process that started this one is gone: another layer of this script (it holds the other
 * end of the IPC channel) or the package manager. A shell may go: `nohup … &` is allowed to outlive it.
 */
export function onParentGone(callback) {
  if (process.connected) {
    process.once('disconnect', callback);
    if (process.channel && process.channel.unref) process.channel.unref();
    return;
  }
  if (!process.env.npm_lifecycle_event || process.platform === 'win32') return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    callback();
  }, 300);
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
