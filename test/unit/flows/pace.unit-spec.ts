import { describe, expect, it } from 'vitest';

import { Pace } from '../../../src/flows/reconciliation/pace.js';

/** A pace in a time of its own, in which a pause takes just as long as it was asked for. */
function paced(share: number) {
  let now = 1_000;
  const rested: number[] = [];
  const pause = (ms?: number): Promise<void> => {
    rested.push(ms ?? 0);
    now += ms ?? 0;
    return Promise.resolve();
  };
  const pace = new Pace(share, () => now, pause as never);
  return { pace, rested, work: (ms: number) => (now += ms) };
}

describe('the pace of background work', () => {
  it.each([0.05, 0.02, 0.5])('keeps any mix of work at a share of %d', async (share) => {
    const { pace, rested, work } = paced(share);
    const parts = [1, 400, 0, 7, 30];
    for (const ms of parts) {
      work(ms);
      await pace.rest();
    }
    const [worked, idle] = [parts, rested].map((all) => all.reduce((sum, ms) => sum + ms, 0));
    expect((worked ?? 0) / ((worked ?? 0) + (idle ?? 0))).toBeCloseTo(share, 10);
  });

  it('ends a rest with the reason of its signal', async () => {
    const stopping = new AbortController();
    let now = 0;
    const pace = new Pace(0.001, () => now);
    now = 60_000;
    const resting = pace.rest(stopping.signal);
    stopping.abort(new Error('stopping'));
    await expect(resting).rejects.toThrow('stopping');
  });
});
