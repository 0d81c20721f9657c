import { fileURLToPath } from 'node:url';

import { directus } from '../products/directus.js';
import { unleash } from '../products/unleash.js';
import type { World } from '../world/world.js';
import type { Contestant } from './contestant.js';
import { ServerProcess } from './server-process.js';

export const METRICS_TOKEN = 'bench-bench-bench-bench';
/** Not a secret: it protects the data of benchmarks. */
export const BENCH_KEY_RING = `bench:${Buffer.alloc(32, 'bench').toString('base64')}`;
/** Authentication, tenancy, ETags, metrics and logging: as it runs in production. */
const OURS = {
  LOG_LEVEL: 'info',
  METRICS_TOKEN,
  FIELD_ENCRYPTION_KEYS: BENCH_KEY_RING,
} as const;
/** As in `npm start`. */
const OUR_FLAGS = ['--max-semi-space-size=32'];

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Every server that takes part. All but the products serve `GET /api/v1/users/:id` with the same bytes. */
const CONTESTANTS = {
  triptych: { main: file('../../main.js'), env: { ...OURS, PROCESS_ROLE: 'all' } },
  'triptych, no outbox': {
    main: file('../peers/without-outbox.js'),
    // Without a relay, which would find nothing to do.
    env: { ...OURS, PROCESS_ROLE: 'api' },
  },
  'triptych, MongoDB away': {
    main: file('../../main.js'),
    // Nothing listens there.
    env: { ...OURS, PROCESS_ROLE: 'all', MONGODB_URI: 'mongodb://127.0.0.1:9/triptych_bench' },
  },
  'Nest + CacheInterceptor, Fastify': { main: file('../peers/nest-fastify.js'), env: {} },
  'Nest + CacheInterceptor, Express': { main: file('../peers/nest-express.js'), env: {} },
  'Nest + CacheInterceptor, key, log, metrics': { main: file('../peers/nest-fastify-keyed.js'), env: {} },
  'raw insertMany': { main: file('../peers/raw-insert-many.js'), env: {} },
  'bare Fastify': { main: file('../peers/bare-fastify.js'), env: {} },
  Directus: directus,
  Unleash: unleash,
} as const satisfies Record<string, Contestant | ((world: World) => Promise<Contestant>)>;
export type ContestantName = keyof typeof CONTESTANTS;

export const asBearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

/** The API key that is not used where keys have to be new. */
export function firstToken({ fixture }: World): string {
  const [token] = fixture.tokens;
  if (token === undefined) throw new Error('The fixture has no API key');
  return token;
}

export const userPath = (id: string): string => `/api/v1/users/${id}`;

export interface StartOptions {
  /** Overrides, for a Redis of its own. */
  env?: Readonly<Record<string, string>>;
  nodeArguments?: readonly string[];
}

export async function startContestant(
  name: ContestantName,
  world: World,
  { env = {}, nodeArguments = [] }: StartOptions = {},
): Promise<ServerProcess> {
  const contestant: Contestant | ((world: World) => Promise<Contestant>) = CONTESTANTS[name];
  const {
    main,
    args = [],
    env: own,
    probe,
  } = typeof contestant === 'function' ? await contestant(world) : contestant;
  const { user, ownerId, userId } = world.fixture;
  const facts = { STATIC_BODY: JSON.stringify(user), OWNER_ID: ownerId };
  return ServerProcess.start({
    name,
    main,
    args,
    nodeArguments: [...(name.startsWith('triptych') ? OUR_FLAGS : []), ...nodeArguments],
    env: { ...world.stores, ...own, ...facts, ...env },
    cwd: world.scratch.path,
    logFile: await world.scratch.logFile(name.toLowerCase().replaceAll(/[^a-z]+/g, '-')),
    probe: probe ?? { path: userPath(userId), headers: asBearer(firstToken(world)) },
  });
}

/** Every counter of our server's `/metrics`, by its whole name with labels. */
export async function countersOf(server: ServerProcess): Promise<ReadonlyMap<string, number>> {
  const { status, text } = await server.ask('/metrics', { headers: asBearer(METRICS_TOKEN) });
  if (status !== 200) throw new Error(`/metrics answered ${status}`);
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    samples.map((line) => {
      const end = line.lastIndexOf(' ');
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
}
