import { describe, expect, it } from 'vitest';

import { requestContext } from '../../../src/common/http/request-context.js';
import { Gate, PoolExhausted } from '../../../src/stores/postgres/gate.js';

const held = () => {
  let release: () => void = () => undefined;
  const work = () => new Promise<void>((resolve) => (release = resolve));
  return { work, release: () => release() };
};

describe('Gate', () => {
  it('runs so many at once and the rest in order', async () => {
    const gate = new Gate({ concurrency: 1, queue: 5, waitMs: 1_000 });
    const first = held();
    const order: number[] = [];
    const running = gate.run(first.work);
    const waiting = [1, 2, 3].map((n) => gate.run(async () => order.push(n)));
    expect(gate.depth).toEqual({ active: 1, waiting: 3 });
    first.release();
    await Promise.all([running, ...waiting]);
    expect(order).toEqual([1, 2, 3]);
    expect(gate.depth).toEqual({ active: 0, waiting: 0 });
  });

  it('refuses what the queue has no room for, and what waited too long', async () => {
    const gate = new Gate({ concurrency: 1, queue: 1, waitMs: 20 });
    const first = held();
    const running = gate.run(first.work);
    const waiting = gate.run(async () => 'late');
    await expect(gate.run(async () => 'no room')).rejects.toBeInstanceOf(PoolExhausted);
    await expect(waiting).rejects.toBeInstanceOf(PoolExhausted);
    first.release();
    await running;
    await expect(gate.run(async () => 'free again')).resolves.toBe('free again');
  });

  it('gives its place back when the work fails', async () => {
    const gate = new Gate({ concurrency: 1, queue: 1, waitMs: 1_000 });
    await expect(gate.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    await expect(gate.run(async () => 'ok')).resolves.toBe('ok');
  });

  it('refuses requests early while many wait; few, and work outside a request, wait longer', async () => {
    const gate = new Gate({ concurrency: 1, queue: 100, waitMs: 50 });
    const first = held();
    const running = gate.run(first.work);
    const background = gate.run(async () => 'done');
    const asRequest = () =>
      requestContext.run({ requestId: '', caller: 'a' }, () => gate.run(async () => 'done'));
    const results = await Promise.allSettled(Array.from({ length: 59 }, asRequest).slice(0, 10));
    expect(results.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 'rejected'));
    expect(gate.depth.waiting).toBe(50);
    first.release();
    expect(await background).toBe('done');
    await running;
  });

  it('lets callers take turns, however much one of them has waiting', async () => {
    const gate = new Gate({ concurrency: 1, queue: 2, waitMs: 1_000 });
    const first = held();
    const order: string[] = [];
    const of = (caller: string, name: string) =>
      requestContext.run({ requestId: '', caller }, () => gate.run(async () => order.push(name)));
    const running = gate.run(first.work);
    const waiting = [of('a', 'a1'), of('a', 'a2')];
    await expect(of('a', 'a3')).rejects.toBeInstanceOf(PoolExhausted);
    waiting.push(of('b', 'b1'));
    first.release();
    await Promise.all([running, ...waiting]);
    expect(order).toEqual(['a1', 'b1', 'a2']);
  });
});
