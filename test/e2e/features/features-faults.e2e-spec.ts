import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createTestApp, type TestApp } from '../../support/test-app.js';

const PATH = '/api/v1/features';
const FLAG = { key: 'faulty', name: 'A flag', flag_type: 'boolean', default_value: false };

const paths = ({ body }: { body: unknown }): string[] =>
  (body as { errors: { path: string }[] }).errors.map(({ path }) => path).toSorted();

describe('a feature flag that is not right', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp();
  });
  afterAll(() => t.close());

  it('is refused, with what is wrong by its path', async () => {
    const strategy = (constraint: object) => ({
      enabled: true,
      strategies: [{ name: 'default', constraints: [{ contextName: 'x', ...constraint }] }],
    });
    const cases: [Record<string, unknown>, string[]][] = [
      [{ key: '' }, ['key']],
      [{ key: 'x'.repeat(201) }, ['key']],
      [{ default_value: 'x' }, ['default_value']],
      [{ default_value: undefined }, ['default_value']],
      [{ flag_type: 'enum' }, ['flag_type']],
      [{ rollout_percentage: 101 }, ['rollout_percentage']],
      [{ rollout_percentage: 0.5 }, ['rollout_percentage']],
      [{ surprise: 1 }, ['surprise']],
      [{ environments: { a: { enabled: true, value: 1 } } }, ['environments.a.value']],
      [{ environments: { 'a b': { enabled: true } } }, ['environments.a b']],
      ...(
        [
          [{ operator: 'LIKE', values: ['x'] }, 'operator'],
          [{ operator: 'IN', values: [] }, 'values'],
          [{ operator: 'REGEX', value: '(a' }, 'value'],
          [{ operator: 'REGEX', value: '(?=a)b' }, 'value'],
          [{ operator: 'REGEX', value: '(a)\\1' }, 'value'],
          [{ operator: 'NUM_GT', value: 'ten' }, 'value'],
          [{ operator: 'NUM_GT' }, 'value'],
          [{ operator: 'DATE_AFTER', value: 'soon' }, 'value'],
          [{ operator: 'SEMVER_GT', value: 'v1' }, 'value'],
          [{ operator: 'IN_CIDR', values: ['10.0.0.0/33'] }, 'values'],
        ] as const
      ).map(([constraint, member]): [Record<string, unknown>, string[]] => [
        { environments: { a: strategy(constraint) } },
        [`environments.a.strategies.0.constraints.0.${member}`],
      ]),
      [
        { environments: { a: { enabled: true, strategies: [{ name: 'mine' }] } } },
        ['environments.a.strategies.0.name'],
      ],
      [
        { environments: { a: { enabled: true, strategies: [{ name: 'default', segments: [4711] }] } } },
        ['environments.a.strategies.0.segments.0'],
      ],
      [
        { environments: { a: { enabled: true, variants: [{ name: 'v', weight: 0 }] } } },
        ['environments.a.variants'],
      ],
      [
        {
          default_value: true,
          environments: { a: { enabled: true, value: false, rollout_percentage: 5 } },
        },
        ['environments.a.value'],
      ],
      [{ parents: [{ key: 'absent' }] }, ['parents.0.key']],
    ];
    for (const [given, expected] of cases) {
      const answer = await t.request('POST', PATH, {
        body: { ...FLAG, ...given },
      });
      expect({ given, status: answer.status }).toEqual({ given, status: 422 });
      expect({ given, paths: paths(answer) }).toEqual({ given, paths: expected });
    }
  });
});
