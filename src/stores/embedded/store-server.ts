import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

/** One kind of server that can be started for a store. */
export interface StoreServer {
  /** The program's name, as `stores.json` shows it. */
  kind: string;
  url: (port: number) => string;
  isReady: (port: number) => Promise<boolean>;
  /** Starts the server in a session of its own, so that Ctrl-C in a terminal reaches only the supervisor. */
  spawn: (port: number) => Promise<ChildProcess>;
  stopSignal: NodeJS.Signals;
  logFile: string;
}

export interface DetachedOptions {
  file: string;
  args: readonly string[];
  cwd: string;
  logFile: string;
  env?: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
}

/** Starts a program in a session of its own. Its output is appended to a log. */
export function spawnDetached({ file, args, logFile, ...options }: DetachedOptions): ChildProcess {
  const log = openSync(logFile, 'a', 0o600);
  try {
    return spawn(file, args, { ...options, detached: true, stdio: ['ignore', log, log] });
  } finally {
    closeSync(log);
  }
}
