import { ConnectionInvalid, partsOf } from './connections/connection-text.js';
import {
  hostVariable,
  URL_VARIABLES,
  urlOfParts,
  type UrlVariable,
} from './connections/connection-variables.js';
import { type Env, isSet } from './env.js';

export type { Env } from './env.js';

/** Canonical variable → its other names, most specific first. The canonical one takes precedence. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  DATABASE_URL: ['POSTGRES_URL'],
  DATABASE_POOL_MIN: ['DB_POOL_MIN_SIZE'],
  DATABASE_POOL_MAX: ['DB_POOL_MAX_SIZE'],
  MONGODB_URI: ['MONGODB_URL', 'MONGO_URL', 'CODEAI_MONGODB_URI'],
};

/** `CODEAI_MONGODB_DATABASE` names the database of a URI that has none. */
function withDatabase(uri: string | undefined, name: string | undefined): string | undefined {
  if (!isSet(uri) || !isSet(name)) return uri;
  try {
    const { hosts, database, place } = partsOf(uri, ['mongodb', 'mongodb+srv']);
    const query = place.slice(hosts.length).replace(/^\//, '');
    const before = uri.trim().slice(0, -place.length);
    return database === '' ? `${before}${hosts}/${encodeURIComponent(name)}${query}` : uri;
  } catch (error) {
    // The parser of the URI, which runs next, names what is wrong with it.
    if (error instanceof ConnectionInvalid) return uri;
    throw error;
  }
}

/** The environment under canonical names too. Empty values count as absent. */
export function canonicalEnv(env: Env): Env {
  const result: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(env)) if (isSet(value)) result[name] = value;
  for (const [canonical, names] of Object.entries(ALIASES)) {
    result[canonical] ??= names.map((name) => result[name]).find(isSet);
  }
  for (const variable of URL_VARIABLES) result[variable] ??= urlOfParts(variable, result);
  result['MONGODB_URI'] = withDatabase(result['MONGODB_URI'], result['CODEAI_MONGODB_DATABASE']);
  // Removes names without a value, because they would hide the same name of an object that this is spread over.
  return Object.fromEntries(Object.entries(result).filter(([, value]) => isSet(value)));
}

/** Whether the canonical variable has its value from its parts. */
export const isOfParts = (variable: UrlVariable, env: Env): boolean => {
  const url = urlOfParts(variable, env);
  return (
    isSet(url) &&
    (env[variable] === url || env[variable] === withDatabase(url, env['CODEAI_MONGODB_DATABASE']))
  );
};

/** The variable that was set, of which a canonical one has its value. */
export function variableOf(canonical: string, env: Env): string {
  const value = env[canonical];
  const isSource = (name: string): boolean =>
    isSet(env[name]) &&
    (env[name] === value || withDatabase(env[name], env['CODEAI_MONGODB_DATABASE']) === value);
  const alias = (ALIASES[canonical] ?? []).find(isSource);
  if (alias !== undefined) return alias;
  const variable = URL_VARIABLES.find((name) => name === canonical);
  return (variable && isOfParts(variable, env) ? hostVariable(variable, env) : undefined) ?? canonical;
}
