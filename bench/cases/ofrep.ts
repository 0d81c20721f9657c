import { asBearer, firstToken } from '../servers/contestants.js';
import type { ServerProcess } from '../servers/server-process.js';
import type { World } from '../world/world.js';
import { type Prepared, type ThroughputCase, WrongAnswer } from './case.js';

const FLAGS = 50;
const ALL = '/ofrep/v1/evaluate/flags';
export const FLAG_CONTEXT = {
  ...{ targetingKey: 'person-7', plan: 'pro', country: 'NL', email: 'ada@example.com' },
};
const BODY = JSON.stringify({ context: FLAG_CONTEXT });

const keyOf = (n: number): string => `bench-${String(n).padStart(2, '0')}`;

/** Percentages, constraints, segments and variants by turns, as flags have them. */
function flag(n: number) {
  const constraints = [
    { contextName: 'plan', operator: 'IN', values: ['pro', 'team'] },
    { contextName: 'email', operator: 'STR_ENDS_WITH', values: ['@example.com', '@example.org'] },
  ];
  const rollout = { name: 'flexibleRollout', parameters: { rollout: '50', stickiness: 'default' } };
  const variants = ['a', 'b', 'c'].map((name) => ({
    ...{ name, weight: 1, payload: { type: 'string', value: name } },
  }));
  return {
    ...{ name: keyOf(n), enabled: n % 10 !== 9 },
    strategies: n % 3 === 0 ? [] : [{ ...rollout, ...(n % 3 === 1 && { constraints, segments: [1] }) }],
    variants: n % 4 === 0 ? variants : [],
  };
}

export const flagDocument = () => ({
  features: Array.from({ length: FLAGS }, (_, n) => flag(n)),
  segments: [
    { id: 1, name: 'EU', constraints: [{ contextName: 'country', operator: 'IN', values: ['NL'] }] },
  ],
});

const evaluating =
  (path: string, isRight: (answer: unknown) => boolean) =>
  async (server: ServerProcess, world: World): Promise<Prepared> => {
    const headers = { 'content-type': 'application/json', ...asBearer(firstToken(world)) };
    const post = (to: string, body: string) => server.ask(to, { method: 'POST', headers, body });
    const imported = await post(
      '/api/v1/features/import?environment=production',
      JSON.stringify(flagDocument()),
    );
    const answer = await post(path, BODY);
    if (imported.status !== 200 || answer.status !== 200 || !isRight(JSON.parse(answer.text)))
      throw new WrongAnswer(`${server.name} answered ${answer.status} ${answer.text.slice(0, 300)}`);
    return {
      ...{ method: 'POST', headers, answerBytes: answer.bytes },
      targets: () => [{ path, body: BODY }],
    };
  };

const hasAll = (answer: unknown): boolean => (answer as { flags: unknown[] }).flags.length === FLAGS;
const hasKey = (answer: unknown): boolean => (answer as { key: string }).key === keyOf(0);

export const ofrepAll: ThroughputCase = {
  name: 'ofrep-50',
  title: `flag evaluation by OFREP, ${FLAGS} flags`,
  floor: { requestsPerSecond: 6_000 },
  contenders: [{ label: 'triptych', contestant: 'triptych', prepare: evaluating(ALL, hasAll) }],
};

export const ofrepOne: ThroughputCase = {
  name: 'ofrep-1',
  title: 'flag evaluation by OFREP, one flag',
  floor: null,
  contenders: [
    { label: 'triptych', contestant: 'triptych', prepare: evaluating(`${ALL}/${keyOf(0)}`, hasKey) },
  ],
};
