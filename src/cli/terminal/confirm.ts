import { createInterface } from 'node:readline/promises';

import type { Config } from '../../config/config.js';
import { CommandFailed } from './explained.js';

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]|)$/;

/** Whether all hosts of a store's URL are this machine. `mongodb+srv` names a domain, never a host. */
export function isOnThisMachine(url: string): boolean {
  const authority = /^[a-z+]+:\/\/(?:[^@/]*@)?([^/?]*)/.exec(url)?.[1] ?? '';
  const hosts = authority.split(',').map((host) => host.replace(/:\d+$/, ''));
  return hosts.every((host) => LOOPBACK.test(host));
}

export interface Destruction {
  /** The action to confirm: `Undo 0003_plans on db.example:5432/triptych`. */
  what: string;
  /** The URLs of the stores that lose something. */
  urls: readonly string[];
  yes: boolean;
}

/**
 * Asks on a terminal. Without a terminal, continues without asking if only stores of this machine are affected outside
 * of production, and throws `CommandFailed` otherwise. `yes` answers in advance.
 */
export async function confirm(config: Config, { what, urls, yes }: Destruction): Promise<void> {
  if (yes) return;
  if (config.environment === 'production') {
    throw new CommandFailed('This destroys data, and NODE_ENV is production.', what, [
      'to do it all the same, add --yes',
    ]);
  }
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    if (urls.every(isOnThisMachine)) return;
    throw new CommandFailed('This destroys data on another machine.', what, [
      'to do it all the same, add --yes',
    ]);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${what}? [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim()))
      throw new CommandFailed('Nothing was done.', 'the answer was not yes');
  } finally {
    terminal.close();
  }
}
