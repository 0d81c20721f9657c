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
  (server: ServerProcess, headers: Readonly<Record<string, string>>) =>
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

const evaluating =
  (
    fill: (server: ServerProcess, world: World) => Promise<void>,
    headersOf: (world: World) => Record<string, string>,
  ) =>
  async (server: ServerProcess, world: World): Promise<Prepared> => {
    await fill(server, world);
    const headers = headersOf(world);
    const path = `${EVALUATE}?${QUERY}`;
    const until = performance.now() + 30_000;
    let answer = await server.ask(path, { headers });
    let shown = shownOf((jsonOf(server, answer, 200) as { toggles: Toggle[] }).toggles);
    const expected = answered.get(world);
    // Unleash sees its own changes after some seconds.
    while (expected !== undefined && !isDeepStrictEqual(shown, expected) && performance.now() < until) {
      answer = await server.ask(path, { headers });
      shown = shownOf((jsonOf(server, answer, 200) as { toggles: Toggle[] }).toggles);
    }
    if (expected === undefined) answered.set(world, shown);
    else if (!isDeepStrictEqual(shown, expected))
      throw new WrongAnswer(
        `${server.name} answered ${JSON.stringify(shown)} instead of ${JSON.stringify(expected)}`,
      );
    return { method: 'GET', headers, targets: () => [{ path }], answerBytes: answer.bytes };
  };

const sendingRules =
  (
    fill: (server: ServerProcess, world: World) => Promise<void>,
    headersOf: (world: World) => Record<string, string>,
  ) =>
  async (server: ServerProcess, world: World): Promise<Prepared> => {
    await fill(server, world);
    const headers = headersOf(world);
    const answer = await server.ask(RULES, { headers });
    const { features } = jsonOf(server, answer, 200) as { features: unknown[] };
    if (features.length !== FLAGS)
      throw new WrongAnswer(`${server.name} sent ${features.length} flags instead of ${FLAGS}`);
    return { method: 'GET', headers, targets: () => [{ path: RULES }], answerBytes: answer.bytes };
  };

const byKey = (world: World) => asBearer(firstToken(world));

export const FLAG_CASES: readonly ThroughputCase[] = [
  {
    name: 'compare-flags',
    title: `${FLAGS} flags evaluated for a person`,
    floor: null,
    contenders: [
      { label: 'triptych', contestant: 'triptych', prepare: evaluating(importHere, byKey) },
      {
        label: 'Unleash',
        contestant: 'Unleash',
        prepare: evaluating(importThere, () => unleashToken('frontend')),
      },
    ],
  },
  {
    name: 'compare-flag-rules',
    title: `the rules of ${FLAGS} flags for an SDK`,
    floor: null,
    contenders: [
      { label: 'triptych', contestant: 'triptych', prepare: sendingRules(importHere, byKey) },
      {
        label: 'Unleash',
        contestant: 'Unleash',
        prepare: sendingRules(importThere, () => unleashToken('backend')),
      },
    ],
  },
];
