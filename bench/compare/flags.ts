import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';

import { type Prepared, type ThroughputCase, WrongAnswer } from '../cases/case.js';
import { jsonOf } from '../cases/verify.js';
import { unleashToken } from '../products/unleash.js';
import { asBearer, firstToken } from '../servers/contestants.js';
import type { ServerProcess } from '../servers/server-process.js';
import type { World } from '../world/world.js';

const FLAGS = 50;
const JSON_TYPE = { 'content-type': 'application/json' };
const SEGMENT = { name: 'EU', constraints: [constraint('country', 'IN', ['NL'])] };
const PERSON = { userId: 'person-7', properties: { plan: 'pro', country: 'NL', email: 'ada@example.com' } };
const EVALUATE = '/api/frontend';
const RULES = '/api/client/features';

type Headers = Readonly<Record<string, string>>;

interface Toggle {
  name: string;
  enabled: boolean;
  variant: { name: string };
}

function constraint(contextName: string, operator: string, values: string[]) {
  return { contextName, operator, values, inverted: false, caseInsensitive: false };
}

const keyOf = (n: number): string => `compare-${String(n).padStart(2, '0')}`;

/** Percentages, constraints, a segment and variants by turns, in the form of Unleash, which both take. */
function flag(n: number, segmentId: number) {
  const constraints = [
    constraint('plan', 'IN', ['pro', 'team']),
    constraint('email', 'STR_ENDS_WITH', ['@example.com', '@example.org']),
  ];
  const parameters = { rollout: String(20 + n), stickiness: 'userId', groupId: keyOf(n) };
  const variants = [334, 333, 333].map((weight, at) => ({
    ...{ name: 'abc'.charAt(at), weight, weightType: 'variable', stickiness: 'userId' },
    payload: { type: 'string', value: 'abc'.charAt(at) },
  }));
  const strategy = {
    ...{ name: 'flexibleRollout', parameters },
    constraints: n % 3 === 1 ? constraints : [],
    segments: n % 3 === 1 ? [segmentId] : [],
    variants: n % 4 === 0 ? variants : [],
  };
  return { name: keyOf(n), enabled: n % 10 !== 9, strategies: [strategy], variants: [] };
}

const flags = (segmentId: number) => Array.from({ length: FLAGS }, (_, n) => flag(n, segmentId));

const poster =
  (server: ServerProcess, headers: Headers) =>
  async (method: string, path: string, body: unknown, expected: readonly number[]): Promise<unknown> => {
    const answer = await server.ask(path, {
      ...{ method, headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(body) },
    });
    if (!expected.includes(answer.status))
      throw new WrongAnswer(
        `${server.name}: ${method} ${path} answered ${answer.status} ${answer.text.slice(0, 300)}`,
      );
    return answer.text === '' ? null : JSON.parse(answer.text);
  };

async function importHere(server: ServerProcess, world: World): Promise<void> {
  const document = { features: flags(1), segments: [{ id: 1, ...SEGMENT }] };
  const post = poster(server, asBearer(firstToken(world)));
  await post('POST', '/api/v1/features/import?environment=production', document, [200]);
}

const filled = new WeakSet<World>();

/** Through the API that its own user interface calls. */
async function importThere(server: ServerProcess, world: World): Promise<void> {
  if (filled.has(world)) return;
  filled.add(world);
  const send = poster(server, unleashToken('admin'));
  const { id } = (await send('POST', '/api/admin/segments', SEGMENT, [201])) as { id: number };
  const project = '/api/admin/projects/default/features';
  for (const { name, enabled, strategies } of flags(id)) {
    await send('POST', project, { name, type: 'release' }, [201]);
    const environment = `${project}/${name}/environments/production`;
    for (const strategy of strategies) await send('POST', `${environment}/strategies`, strategy, [200]);
    if (enabled) await send('POST', `${environment}/on`, {}, [200]);
  }
}

const shownOf = (toggles: readonly Toggle[]) =>
  toggles
    .filter(({ name, enabled }) => enabled && name.startsWith('compare-'))
    .map(({ name, variant }) => [name, variant.name])
    .toSorted();

/** What the first server, ours, has answered: the others must answer the same. */
const answered = new WeakMap<World, unknown>();

const QUERY =
  `userId=${PERSON.userId}` +
  Object.entries(PERSON.properties)
    .map(([name, value]) => `&properties[${name}]=${encodeURIComponent(value)}`)
    .join('');

const askFlags = async (server: ServerProcess, path: string, headers: Headers) => {
  const answer = await server.ask(path, { headers });
  const { toggles } = jsonOf(server, answer, 200) as { toggles: Toggle[] };
  return { bytes: answer.bytes, shown: shownOf(toggles) };
};

async function evaluating(server: ServerProcess, world: World, headers: Headers): Promise<Prepared> {
  const path = `${EVALUATE}?${QUERY}`;
  let answer = await askFlags(server, path, headers);
  const expected = answered.get(world) ?? answer.shown;
  answered.set(world, expected);
  // Unleash sees its own changes after some seconds.
  for (const until = performance.now() + 30_000; !isDeepStrictEqual(answer.shown, expected);) {
    if (performance.now() > until)
      throw new WrongAnswer(
        `${server.name} answered ${JSON.stringify(answer.shown)} instead of ${JSON.stringify(expected)}`,
      );
    await sleep(100);
    answer = await askFlags(server, path, headers);
  }
  return { method: 'GET', headers, targets: () => [{ path }], answerBytes: answer.bytes };
}

async function sendingRules(server: ServerProcess, _world: World, headers: Headers): Promise<Prepared> {
  const answer = await server.ask(RULES, { headers });
  const { features } = jsonOf(server, answer, 200) as { features: unknown[] };
  if (features.length !== FLAGS)
    throw new WrongAnswer(`${server.name} sent ${features.length} flags instead of ${FLAGS}`);
  return { method: 'GET', headers, targets: () => [{ path: RULES }], answerBytes: answer.bytes };
}

/** The same question to both, each with the same flags. */
const flagCase = (
  name: string,
  title: string,
  token: 'frontend' | 'backend',
  prepare: typeof evaluating,
): ThroughputCase => ({
  ...{ name, title, floor: null },
  contenders: [
    {
      ...{ label: 'triptych', contestant: 'triptych' },
      prepare: async (server, world) => {
        await importHere(server, world);
        return prepare(server, world, asBearer(firstToken(world)));
      },
    },
    {
      ...{ label: 'Unleash', contestant: 'Unleash' },
      prepare: async (server, world) => {
        await importThere(server, world);
        return prepare(server, world, unleashToken(token));
      },
    },
  ],
});

export const FLAG_CASES: readonly ThroughputCase[] = [
  flagCase('compare-flags', `${FLAGS} flags evaluated for a person`, 'frontend', evaluating),
  flagCase('compare-flag-rules', `the rules of ${FLAGS} flags for an SDK`, 'backend', sendingRules),
];
