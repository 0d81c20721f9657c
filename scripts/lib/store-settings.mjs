import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { root } from './paths.mjs';

/** If any of these variables is set, the store is given and none is started (src/config/aliases.ts). */
const VARIABLES = {
  postgres: ['DATABASE_URL', 'POSTGRES_URL', 'POSTGRES_HOST', 'CODEAI_DB_HOST'],
  mongodb: ['MONGODB_URI', 'MONGODB_URL', 'MONGO_URL', 'CODEAI_MONGODB_URI', 'MONGODB_HOST'],
  redis: ['REDIS_URL', 'REDIS_HOST'],
};

/** The names that have a value in `.env`. src/config parses the values later. */
function namesInDotEnv() {
  const file = path.join(root, '.env');
  if (!existsSync(file)) return new Set();
  const lines = readFileSync(file, 'utf8').split(/\r?\n/);
  const matches = lines.map((line) => /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*[=:]\s*(.*)$/.exec(line));
  const isSet = (match) => match !== null && !/^(#.*|""|''|)$/.test(match[2].trim());
  return new Set(matches.filter(isSet).map((match) => match[1]));
}

/** @returns {{postgres: boolean, mongodb: boolean, redis: boolean}} */
export function configuredStores() {
  const inFile = namesInDotEnv();
  // As in src/config: a variable of the process, even an empty one, hides the one of the file.
  const isSet = (name) => (process.env[name] === undefined ? inFile.has(name) : process.env[name] !== '');
  const entries = Object.entries(VARIABLES).map(([store, names]) => [store, names.some(isSet)]);
  return Object.fromEntries(entries);
}
