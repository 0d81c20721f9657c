import { describe, expect, it } from 'vitest';

import { RelayRound, type RoundResult } from '../../../src/flows/queue/relay-round.js';

const POLL_MS = 1_000;
const TUNING = { pollMs: POLL_MS, batchSize: 500 };

/** A queue that notes what is asked of it. */
function aQueue(nextDueInMs = Infinity) {
  const calls: string[] = [];
  const noted = (name: string) => () => {
    calls.push(name);
    return Promise.resolve();
  };
  const queue = {
    claim: noted('claim'),
    releaseClaims: noted('release'),
    nextDueInMs: () => Promise.resolve(nextDueInMs),
  };
  return { calls, queue };
}

const delivering = (...results: (RoundResult | Error)[]) => {
  const rest = [...results];
  return (): Promise<RoundResult> => {
    const result = rest.shift();
    return result instanceof Error || !result
      ? Promise.reject(result ?? new Error('none'))
      : Promise.resolve(result);
  };
};

const DELIVERED = { hasDelivered: true, isRecorded: true, isRefused: false };
const NOTHING = { ...DELIVERED, hasDelivered: false };

describe('a round of a relay', () => {
  it('follows at once on one that has delivered something', async () => {
    const { queue } = aQueue(500);
    expect(await new RelayRound(queue, TUNING, delivering(DELIVERED)).run()).toBe(0);
  });

  it.each([
    [Infinity, POLL_MS],
    [250, 250],
    [0, 10],
    [-5, 10],
  ])(
    'that has delivered nothing, and the next is due in %d ms, pauses for %d ms',
    async (dueInMs, pauseMs) => {
      const { queue } = aQueue(dueInMs);
      expect(await new RelayRound(queue, TUNING, delivering(NOTHING)).run()).toBe(pauseMs);
    },
  );

  it('waits for the clock where MongoDB took nothing of it', async () => {
    const { queue } = aQueue(0);
    const refused = { ...NOTHING, isRefused: true };
    expect(await new RelayRound(queue, TUNING, delivering(refused)).run()).toBe(POLL_MS);
  });

  it('claims half as many after MongoDB took nothing, and twice as many after it took some', async () => {
    const claimed: (number | undefined)[] = [];
    const { queue } = aQueue();
    const counting = {
      ...queue,
      claim: (atMost?: number) => {
        claimed.push(atMost);
        return Promise.resolve();
      },
    };
    const refused = { ...NOTHING, isRefused: true };
    const results = [...Array.from({ length: 8 }, () => refused), DELIVERED, NOTHING, DELIVERED, DELIVERED];
    const round = new RelayRound(counting, TUNING, delivering(...results));
    for (const _ of results) await round.run();
    expect(claimed).toEqual([500, 250, 125, 62, 31, 15, 8, 8, 8, 16, 16, 32]);
  });

  it('gives back what an earlier one may hold: it failed, or its outcomes may not be recorded', async () => {
    const { calls, queue } = aQueue();
    const lost = { ...DELIVERED, isRecorded: false };
    const round = new RelayRound(queue, TUNING, delivering(new Error('away'), lost, DELIVERED, NOTHING));
    await expect(round.run()).rejects.toThrow('away');
    for (let n = 0; n < 3; n += 1) await round.run();
    expect(calls).toEqual(['claim', 'release', 'claim', 'release', 'claim', 'claim']);
  });
});
