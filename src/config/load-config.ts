import { config as readDotEnv } from 'dotenv';

import type { Env } from './aliases.js';
import type { Config } from './config.js';
import { parseConfig } from './parse-config.js';

/** The process's environment over `.env`. The only place that reads `process.env`. */
export function processEnv(): Env {
  const fromFile: Record<string, string> = {};
  readDotEnv({ processEnv: fromFile, quiet: true });
  return { ...fromFile, ...process.env };
}

/** Throws `ConfigInvalid`. */
export const loadConfig = (): Config => parseConfig(processEnv());
