import type { ServerOptions } from './server-process.js';

/** How a server that takes part is started. */
export interface Contestant {
  /** A JavaScript file. */
  main: string;
  args?: readonly string[];
  env: Readonly<Record<string, string>>;
  /** Without one: the account that all our own servers serve. */
  probe?: ServerOptions['probe'];
}
