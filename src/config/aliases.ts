export type Env = Readonly<Record<string, string | undefined>>;

/** Canonical variable → its other names, most specific first. The canonical one takes precedence. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  DATABASE_URL: ['POSTGRES_URL'],
  DATABASE_POOL_MIN: ['DB_POOL_MIN_SIZE'],
  DATABASE_POOL_MAX: ['DB_POOL_MAX_SIZE'],
  MONGODB_URI: ['MONGODB_URL', 'MONGO_URL', 'CODEAI_MONGODB_URI'],
};

const set = (value: string | undefined): value is string => value !== undefined && value !== '';

const credentials = (user: string | undefined, password: string | undefined): string => {
  if (!set(user)) return '';
  return `${encodeURIComponent(user)}${set(password) ? `:${encodeURIComponent(password)}` : ''}@`;
};

function postgresUrl(env: Env): string | undefined {
  const part = (ours: string, codeAi: string) => env[`POSTGRES_${ours}`] || env[`CODEAI_DB_${codeAi}`];
  const host = part('HOST', 'HOST');
  if (!set(host)) return undefined;
  const who = credentials(part('USER', 'USER'), part('PASSWORD', 'PASSWORD'));
  return `postgres://${who}${host}:${part('PORT', 'PORT') || '5432'}/${part('DB', 'NAME') || 'triptych'}`;
}

function mongoUri(env: Env): string | undefined {
  const host = env['MONGODB_HOST'];
  if (!set(host)) return undefined;
  const who = credentials(env['MONGODB_USER'], env['MONGODB_PASSWORD']);
  return `mongodb://${who}${host}:${env['MONGODB_PORT'] || '27017'}/${env['MONGODB_DB'] || 'triptych'}`;
}

function redisUrl(env: Env): string | undefined {
  const host = env['REDIS_HOST'];
  return set(host) ? `redis://${host}:${env['REDIS_PORT'] || '6379'}` : undefined;
}

/** `CODEAI_MONGODB_DATABASE` names the database of a URI that has none. */
function withDatabase(uri: string | undefined, database: string | undefined): string | undefined {
  if (!set(uri) || !set(database)) return uri;
  const match = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/)?(\?.*)?$/.exec(uri);
  return match ? `${match[1]}/${encodeURIComponent(database)}${match[2] ?? ''}` : uri;
}

/** The environment under canonical names only. Empty values count as absent. */
export function canonicalEnv(env: Env): Env {
  const result: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(env)) if (set(value)) result[name] = value;
  for (const [canonical, names] of Object.entries(ALIASES)) {
    result[canonical] ??= names.map((name) => result[name]).find(set);
  }
  result['DATABASE_URL'] ??= postgresUrl(result);
  result['MONGODB_URI'] = withDatabase(
    result['MONGODB_URI'] ?? mongoUri(result),
    result['CODEAI_MONGODB_DATABASE'],
  );
  result['REDIS_URL'] ??= redisUrl(result);
  // Removes names without a value, because they would hide the same name of an object that this is spread over.
  return Object.fromEntries(Object.entries(result).filter(([, value]) => set(value)));
}
