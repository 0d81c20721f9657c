import { type Env, isSet } from '../env.js';
import { ConnectionInvalid, hostName, hostText, portOf } from './connection-text.js';

/** The variables with the parts of a connection, each under all of its names, and what stands for one that is not set. */
const PARTS = {
  DATABASE_URL: {
    host: ['POSTGRES_HOST', 'CODEAI_DB_HOST'],
    port: ['POSTGRES_PORT', 'CODEAI_DB_PORT'],
    user: ['POSTGRES_USER', 'CODEAI_DB_USER'],
    password: ['POSTGRES_PASSWORD', 'CODEAI_DB_PASSWORD'],
    database: ['POSTGRES_DB', 'CODEAI_DB_NAME'],
    defaults: { scheme: 'postgres', port: '5432', database: 'triptych' },
  },
  MONGODB_URI: {
    host: ['MONGODB_HOST'],
    port: ['MONGODB_PORT'],
    user: ['MONGODB_USER'],
    password: ['MONGODB_PASSWORD'],
    database: ['MONGODB_DB'],
    defaults: { scheme: 'mongodb', port: '27017', database: 'triptych' },
  },
  REDIS_URL: {
    host: ['REDIS_HOST'],
    port: ['REDIS_PORT'],
    user: ['REDIS_USERNAME'],
    password: ['REDIS_PASSWORD'],
    database: ['REDIS_DB'],
    defaults: { scheme: 'redis', port: '6379', database: '' },
  },
} as const;

export type UrlVariable = keyof typeof PARTS;

export const URL_VARIABLES = Object.keys(PARTS) as readonly UrlVariable[];

const YES = /^(?:true|1|on|yes)$/i;
const NO = /^(?:false|0|off|no)$/i;

const nameOf = (env: Env, names: readonly string[]): string | undefined =>
  names.find((name) => isSet(env[name]));
const valueOf = (env: Env, names: readonly string[]): string => env[nameOf(env, names) ?? ''] ?? '';

/** The variable with the host, where a connection is given by its parts. */
export const hostVariable = (variable: UrlVariable, env: Env): string | undefined =>
  nameOf(env, PARTS[variable].host);

/** The URL of the parts. One that cannot be used stays in it as it is: `faultsOfParts` names it. */
export function urlOfParts(variable: UrlVariable, env: Env): string | undefined {
  const { host, port, user, password, database, defaults } = PARTS[variable];
  if (hostVariable(variable, env) === undefined) return undefined;
  const isTls = variable === 'REDIS_URL' && YES.test(env['REDIS_TLS'] ?? '');
  const [firstPort = '', ...otherPorts] = (valueOf(env, port) || defaults.port).split(',');
  const hosts = valueOf(env, host)
    .split(',')
    .map((name, index) => hostWithPort(name, (index === 0 ? null : otherPorts[index - 1]) ?? firstPort));
  const name = encodeURIComponent(valueOf(env, database) || defaults.database);
  const login = credentials(valueOf(env, user), valueOf(env, password));
  return `${defaults.scheme}${isTls ? 's' : ''}://${login}${hosts.join(',')}${name === '' ? '' : `/${name}`}`;
}

function credentials(user: string, password: string): string {
  if (user === '' && password === '') return '';
  return `${encodeURIComponent(user)}${password === '' ? '' : `:${encodeURIComponent(password)}`}@`;
}

function hostWithPort(host: string, port: string): string {
  try {
    return hostText({ name: hostName(host), port: portOf(port, 0) });
  } catch (error) {
    if (error instanceof ConnectionInvalid) return `${host}:${port}`;
    throw error;
  }
}

/** What is wrong with the parts that a URL was made from, by the names of their variables. */
export function faultsOfParts(variable: UrlVariable, env: Env): string[] {
  const { host, port, database } = PARTS[variable];
  const isRedis = variable === 'REDIS_URL';
  return [
    ...faultOf(env, host, (text) => (isRedis ? [text] : text.split(',')).forEach(hostName)),
    ...faultOf(env, port, (text) => (isRedis ? [text] : text.split(',')).forEach((one) => portOf(one, 0))),
    ...(isRedis
      ? [...faultOf(env, database, mustBeNumber), ...faultOf(env, ['REDIS_TLS'], mustBeYesOrNo)]
      : []),
  ];
}

function faultOf(env: Env, names: readonly string[], check: (text: string) => void): string[] {
  const name = nameOf(env, names);
  if (name === undefined) return [];
  try {
    check(env[name] ?? '');
    return [];
  } catch (error) {
    if (error instanceof ConnectionInvalid) return [`${name} ${error.message}`];
    throw error;
  }
}

function mustBeNumber(text: string): void {
  if (!/^\d{1,5}$/.test(text)) throw new ConnectionInvalid('must be the number of a database');
}

function mustBeYesOrNo(text: string): void {
  if (!YES.test(text) && !NO.test(text)) throw new ConnectionInvalid('must be true or false');
}
