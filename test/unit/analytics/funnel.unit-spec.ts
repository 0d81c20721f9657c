import { describe, expect, it } from 'vitest';

import { funnelOf, passageOf } from '../../../src/modules/analytics/funnel.js';

const events = (text: string) =>
  text.split(' ').map((each) => {
    const [eventName = '', at = ''] = each.split('@');
    return { eventName, atMs: Number(at) };
  });

describe('the way of one person through a funnel', () => {
  it.each([
    ['all steps in order', 'a@0 b@5 c@9', 'a,b,c', [0, 5, 9]],
    ['out of order', 'b@0 a@5 c@9', 'a,b,c', [5]],
    ['others between them', 'a@0 x@1 b@2 a@3', 'a,b', [0, 2]],
    ['too late', 'a@0 b@11', 'a,b', [0]],
    ['just in time', 'a@0 b@10', 'a,b', [0, 10]],
    ['a later beginning that is in time', 'a@0 a@8 b@15', 'a,b', [8, 15]],
    ['a later beginning does not lose an earlier one', 'a@0 b@4 a@5 c@9', 'a,b,c', [0, 4, 9]],
    ['the same step twice needs two events', 'a@0 b@1', 'a,a', [0]],
    ['the same step twice', 'a@0 a@1 b@2', 'a,a,b', [0, 1, 2]],
    ['at the same moment, by arrival', 'a@5 b@5', 'a,b', [5, 5]],
    ['nothing', 'x@0', 'a,b', []],
  ])('%s', (_, given, steps, expected) => {
    expect(passageOf(events(given), steps.split(','), 10)).toEqual(expected);
  });

  it('gives counts, conversion and the median of the seconds between steps', () => {
    const passages = [[0, 1_000, 9_000], [0, 3_000], [0, 5_000], [0], []];
    expect(funnelOf(passages, ['a', 'b', 'c'])).toEqual([
      { eventName: 'a', count: 4, conversion: 1, medianSeconds: null },
      { eventName: 'b', count: 3, conversion: 0.75, medianSeconds: 3 },
      { eventName: 'c', count: 1, conversion: 0.25, medianSeconds: 8 },
    ]);
    expect(funnelOf([], ['a', 'b'])[1]).toEqual({
      eventName: 'b',
      count: 0,
      conversion: 0,
      medianSeconds: null,
    });
  });
});
