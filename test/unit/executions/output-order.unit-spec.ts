import { describe, expect, it } from 'vitest';
import fc from 'fast-check';

import type { OutputChunk } from '../../../src/modules/executions/execution.js';
import { canMove, EXECUTION_STATES, hasEnded } from '../../../src/modules/executions/execution-state.js';
import {
  decodePositions,
  encodePositions,
  interleaved,
  missingIn,
  withoutGap,
} from '../../../src/modules/executions/output-order.js';

const chunk = (stream: string, seq: number, at: number): OutputChunk => ({
  _id: `${stream}-${seq}`,
  organization_id: 'o',
  execution_id: 'e',
  stream,
  seq,
  data: `${stream}${seq}`,
  created_at: new Date(at),
});

describe('output', () => {
  it.each([
    [0, [0, 1, 2], []],
    [
      0,
      [2, 3, 7],
      [
        [0, 1],
        [4, 6],
      ],
    ],
    [5, [5, 8], [[6, 7]]],
    [0, [], []],
  ] as const)('from %i with %j lacks %j', (from, seqs, expected) => {
    expect(missingIn('s', from, seqs).map(({ from_seq, to_seq }) => [from_seq, to_seq])).toEqual(expected);
  });

  it('is shown to a follower up to the first gap', () => {
    const chunks = [3, 4, 6].map((seq) => chunk('s', seq, 0));
    expect(withoutGap(3, chunks).map(({ seq }) => seq)).toEqual([3, 4]);
    expect(withoutGap(2, chunks)).toEqual([]);
  });

  it('keeps the order of every stream, and every chunk once, however they arrived', () => {
    const arrival = fc.array(fc.array(fc.nat(50), { maxLength: 20 }), { maxLength: 4 });
    fc.assert(
      fc.property(arrival, (times) => {
        const streams = times.map((of, index) => of.map((at, seq) => chunk(`s${index}`, seq, at)));
        const all = interleaved(streams);
        expect(all).toHaveLength(streams.flat().length);
        for (const [index, chunks] of streams.entries())
          expect(all.filter(({ stream }) => stream === `s${index}`)).toEqual(chunks);
      }),
    );
  });

  it('has positions that come back, and refuses any other text', () => {
    expect(decodePositions(encodePositions({ stdout: 3, stderr: 0 }))).toEqual({ stdout: 3, stderr: 0 });
    for (const text of [
      '',
      'x',
      Buffer.from('{}').toString('base64url'),
      Buffer.from('[1]').toString('base64url'),
    ])
      expect(decodePositions(text)).toBeNull();
  });
});

describe('an execution', () => {
  it('moves from queued and running alone, and never back', () => {
    const moves = EXECUTION_STATES.map((from) => [from, EXECUTION_STATES.filter((to) => canMove(from, to))]);
    expect(Object.fromEntries(moves)).toEqual({
      queued: ['running', 'failed', 'cancelled', 'timed_out'],
      running: ['succeeded', 'failed', 'cancelled', 'timed_out'],
      succeeded: [],
      failed: [],
      cancelled: [],
      timed_out: [],
    });
    expect(EXECUTION_STATES.filter(hasEnded)).toEqual(['succeeded', 'failed', 'cancelled', 'timed_out']);
  });
});
