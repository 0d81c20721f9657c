import { describe, expect, it } from 'vitest';

import { CallersInTurn } from '../../../src/common/callers-in-turn.js';

describe('CallersInTurn', () => {
  it('gives each caller one entry before any gets a second one, oldest first', () => {
    const queue = new CallersInTurn<string>();
    for (const entry of ['a1', 'a2', 'a3', 'b1', 'c1', 'b2']) queue.add(entry.charAt(0), entry);
    const taken = Array.from({ length: 6 }, () => queue.take());
    expect(taken).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
    expect([queue.size, queue.take()]).toEqual([0, undefined]);
  });

  it('forgets an entry that waits no longer, and a caller without entries', () => {
    const queue = new CallersInTurn<string>();
    for (const entry of ['a1', 'b1', 'b2']) queue.add(entry.charAt(0), entry);
    queue.remove('a', 'a1');
    queue.remove('a', 'a1');
    queue.remove('b', 'b2');
    expect([queue.size, queue.waitingOf('a'), queue.waitingOf('b')]).toEqual([1, 0, 1]);
    expect([queue.take(), queue.take()]).toEqual(['b1', undefined]);
  });
});
