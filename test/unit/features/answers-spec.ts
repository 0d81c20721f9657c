import { describe, expect, it } from 'vitest';

import { contextOf } from '../../../src/modules/features/evaluation/evaluation-context.js';
import type { EnvironmentConfig, FlagConfig } from '../../../src/modules/features/flag-config.js';
import { FlagSnapshot, type SegmentState } from '../../../src/modules/features/snapshots/flag-snapshot.js';

const config = (given: Partial<FlagConfig>): FlagConfig => ({
  name: 'A flag',
  description: null,
  flag_type: 'boolean',
  default_value: false,
  rollout_percentage: null,
  environments: {},
  parents: [],
  tags: [],
  owner: null,
  lifetime_days: null,
  stale: false,
  archived: false,
  ...given,
});

const on = (given: Partial<EnvironmentConfig> = {}): EnvironmentConfig => ({
  enabled: true,
  rollout_percentage: null,
  strategies: [],
  variants: [],
  ...given,
});

const flagOf = (given: Partial<FlagConfig>) => ({
  ...{ id: 'flag', key: 'flag', version: 1, createdAt: new Date(0) },
  config: config(given),
});

const answer = (
  given: Partial<FlagConfig>,
  context: Record<string, unknown> = {},
  environment = 'production',
  segments: SegmentState[] = [],
) => {
  const snapshot = new FlagSnapshot([flagOf(given)], segments);
  const flags = snapshot.in(environment);
  const flag = flags.find('flag');
  if (!flag) throw new Error('There is no flag');
  const evaluated = flags.evaluate(flag, contextOf(context, Date.parse('2026-11-27T12:00:00Z')));
  const { key: _key, version: _version, ...answered } = evaluated;
  return answered;
};

const userIs = (id: string) => ({ name: 'userWithId', parameters: { userIds: id } });

describe('a flag', () => {
  it.each([
    ['without any rule', on(), {}, true, 'STATIC'],
    ['off', on({ enabled: false }), {}, false, 'DISABLED'],
    [
      'for a person whom a strategy names',
      on({ strategies: [userIs('ada')] }),
      { userId: 'ada' },
      true,
      'TARGETING_MATCH',
    ],
    [
      'for a person by another name of the field',
      on({ strategies: [userIs('ada')] }),
      { targetingKey: 'ada' },
      true,
      'TARGETING_MATCH',
    ],
    ['for anybody else', on({ strategies: [userIs('ada')] }), { userId: 'bob' }, false, 'DEFAULT'],
    ['rolled out to all', on({ rollout_percentage: 100 }), { userId: 'bob' }, true, 'SPLIT'],
    ['rolled out to nobody', on({ rollout_percentage: 0 }), { userId: 'bob' }, false, 'DEFAULT'],
    [
      'with strategies that are all disabled',
      on({ strategies: [{ name: 'default', disabled: true }] }),
      {},
      false,
      'DEFAULT',
    ],
  ] as const)('%s', (_, environment, context, value, reason) => {
    expect(answer({ environments: { production: environment } }, context)).toMatchObject({ value, reason });
  });

  it('is disabled in an environment that it does not know, whatever objects inherit', () => {
    for (const environment of ['staging', 'constructor', ''])
      expect(answer({ environments: { production: on() } }, {}, environment)).toMatchObject({
        value: false,
        reason: 'DISABLED',
      });
  });

  it('takes its own percentage where the environment has none', () => {
    const environments = { production: on(), staging: on({ rollout_percentage: 100 }) };
    const given = { environments, rollout_percentage: 0 };
    expect(answer(given, { userId: 'a' })).toMatchObject({ value: false, reason: 'DEFAULT' });
    expect(answer(given, { userId: 'a' }, 'staging')).toMatchObject({ value: true, reason: 'SPLIT' });
  });

  it.each([
    [{ default_value: true }, on({ enabled: false }), true, 'DISABLED'],
    [{ default_value: true }, on(), true, 'STATIC'],
    [{ default_value: true }, on({ value: false }), false, 'STATIC'],
    [{ default_value: false }, on({ value: false }), false, 'STATIC'],
  ] as const)('of boolean type %j gives its own values', (given, environment, value, reason) => {
    expect(answer({ ...given, environments: { production: environment } })).toMatchObject({ value, reason });
  });

  it.each([
    ['string', 'off', 'on'],
    ['number', 0, 12.5],
    ['json', { a: [] }, { a: [1], $b: null }],
    ['json', 1, null],
  ] as const)(
    'of type %s gives the value of its environment where it is on',
    (flag_type, otherwise, value) => {
      const given = { flag_type, default_value: otherwise };
      const of = (environment: EnvironmentConfig) =>
        answer({ ...given, environments: { production: environment } });
      expect(of(on({ value }))).toEqual({ value, variant: null, reason: 'STATIC', payload: null });
      expect(of(on({ value, enabled: false }))).toMatchObject({ value: otherwise, reason: 'DISABLED' });
      expect(of(on())).toMatchObject({ value: otherwise, reason: 'STATIC' });
    },
  );

  it('gives the payload of a variant as its value, where it fits the type', () => {
    const variants = [{ name: 'red', weight: 1, payload: { type: 'string', value: 'f00' } }];
    const environments = { production: on({ variants, value: 7 }) };
    const seen = { variant: 'red', payload: { type: 'string', value: 'f00' }, reason: 'STATIC' };
    expect(answer({ flag_type: 'string', default_value: '', environments })).toEqual({
      value: 'f00',
      ...seen,
    });
    expect(answer({ flag_type: 'number', default_value: 0, environments })).toEqual({ value: 7, ...seen });
    expect(answer({ environments: { production: on({ variants }) } })).toEqual({ value: true, ...seen });
  });

  it('is split where a person gets one of several variants', () => {
    const variants = ['red', 'blue'].map((name) => ({ name, weight: 1 }));
    const environments = { production: on({ variants }) };
    expect(answer({ environments }, { userId: '1' })).toMatchObject({ value: true, reason: 'SPLIT' });
  });

  it('shows 10 percent to 10 percent of 100,000 persons, and a higher percentage to all of them, too', () => {
    const at = (percentage: number) => {
      const environments = { production: on({ rollout_percentage: percentage }) };
      const flags = new FlagSnapshot([flagOf({ environments })], []).in('production');
      const [flag] = flags.all;
      if (!flag) throw new Error('There is no flag');
      const seen = new Set<number>();
      for (let person = 0; person < 100_000; person++)
        if (flags.evaluate(flag, contextOf({ userId: `user-${person}` }, 0)).value === true) seen.add(person);
      return seen;
    };
    const [ten, eleven, fifty] = [at(10), at(11), at(50)];
    expect(Math.abs(ten.size / 1_000 - 10)).toBeLessThan(0.3);
    expect([...ten].filter((person) => !eleven.has(person) || !fifty.has(person))).toEqual([]);
  });

  it('reads the fields of a person flat or under properties, and nothing that objects inherit', () => {
    const strategies = [
      { name: 'default', constraints: [{ contextName: 'plan', operator: 'IN', values: ['pro'] }] },
    ];
    const environments = { production: on({ strategies }) };
    expect(answer({ environments }, { plan: 'pro' }).value).toBe(true);
    expect(answer({ environments }, { properties: { plan: 'pro' } }).value).toBe(true);
    expect(answer({ environments }, { properties: { plan: 'pro' }, plan: 'free' }).value).toBe(false);
    const inherited = [
      {
        name: 'default',
        constraints: [{ contextName: 'toString', operator: 'STR_CONTAINS', values: ['f'] }],
      },
    ];
    expect(answer({ environments: { production: on({ strategies: inherited }) } }).value).toBe(false);
  });
});
