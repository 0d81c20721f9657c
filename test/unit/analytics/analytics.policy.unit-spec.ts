import { describe, expect, it } from 'vitest';

import type { MemberRole } from '../../../src/common/http/principal.js';
import { canReadAnalytics, canRecordAnalytics } from '../../../src/modules/analytics/analytics.policy.js';
import { faultOfTime } from '../../../src/modules/analytics/event-time.policy.js';
import { countOf, keyOfRollUp, quarterOf, rollUpId } from '../../../src/modules/analytics/roll-up.js';
import { mergedCounts } from '../../../src/flows/counting/count-rule.js';
import { canReadRequestLogs } from '../../../src/modules/request-logs/request-logs.policy.js';
import { aKeyPrincipal, aPrincipal } from '../../factories/principal.js';

describe('the rights over analytics and request logs', () => {
  it.each<[MemberRole, boolean, boolean, boolean]>([
    ['owner', true, true, true],
    ['admin', true, true, true],
    ['member', true, true, false],
    ['viewer', true, false, false],
  ])('of a %s', (role, reads, records, readsLogs) => {
    const actor = aPrincipal({ role });
    expect([canReadAnalytics(actor), canRecordAnalytics(actor), canReadRequestLogs(actor)]).toEqual([
      reads,
      records,
      readsLogs,
    ]);
  });

  it.each([
    ['analytics:read', true, false, false],
    ['analytics:write', true, true, false],
    ['request-logs:read', false, false, true],
    ['activity:admin', false, false, false],
    ['*', true, true, true],
  ])('of a key with %s', (scope, reads, records, readsLogs) => {
    const actor = aKeyPrincipal([scope]);
    expect([canReadAnalytics(actor), canRecordAnalytics(actor), canReadRequestLogs(actor)]).toEqual([
      reads,
      records,
      readsLogs,
    ]);
  });
});

describe('the moment of an event', () => {
  const now = new Date('2026-11-21T09:30:00Z');
  it.each([
    ['2026-11-21T09:30:00.000Z', null],
    ['2026-11-22T09:30:00.000Z', null],
    ['2026-11-22T09:30:00.001Z', 'too_far_ahead'],
    ['2026-11-11T00:00:00.000Z', null],
    ['2026-11-10T23:59:59.999Z', 'before_retention'],
  ])('%s is %s', (moment, code) => {
    expect(faultOfTime(new Date(moment), now, 10)?.code ?? null).toBe(code);
  });
});

describe('roll-ups', () => {
  it.each([
    ['2026-11-21T00:00:00.000Z', 0],
    ['2026-11-21T00:14:59.999Z', 0],
    ['2026-11-21T00:15:00.000Z', 1],
    ['2026-11-21T23:59:59.999Z', 95],
  ])('count %s in quarter %d', (moment, quarter) => {
    expect(quarterOf(new Date(moment))).toBe(quarter);
  });

  it('have an id that says what they count, whatever the name of the event', () => {
    for (const eventName of ['view', 'a:b', 'outbox:x', ' ', 'x\ny']) {
      const key = { orgId: 'o', day: '2026-11-21', source: 'outbox', eventName } as const;
      expect(keyOfRollUp(rollUpId(key))).toEqual(key);
    }
    expect(keyOfRollUp('something')).toBeNull();
  });

  it('grow by what a write adds to each of them, once', () => {
    const rule = {
      rollUps: 'r',
      journal: 'j',
      countOf: (document: object) => countOf(document as never, 'api'),
    };
    const event = (event_name: string, minute: number) => ({
      ...{ _id: `${event_name}${minute}`, organization_id: 'o', event_name },
      timestamp: new Date(Date.UTC(2026, 10, 21, 0, minute)),
    });
    const merged = mergedCounts(rule, [event('a', 0), event('a', 1), event('a', 20), event('b', 0)]);
    expect(merged.map(({ _id, increments }) => [_id, increments])).toEqual([
      ['o:2026-11-21:api:a', { count: 3, 'quarters.0': 2, 'quarters.1': 1 }],
      ['o:2026-11-21:api:b', { count: 1, 'quarters.0': 1 }],
    ]);
  });
});
