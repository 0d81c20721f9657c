import { connect } from 'node:net';

import fastify from 'fastify';
import { describe, expect, it } from 'vitest';

import { admitRequests, Overloaded, RequestAdmission } from '../../../src/common/http/request-admission.js';
import { eventually } from '../../support/eventually.js';

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** Keeps this thread busy, as the first steps of a request do. */
function work(ms: number): void {
  for (const until = performance.now() + ms; performance.now() < until;);
}

/** Admission whose requests note their names, or that they were refused. */
function noting(sliceMs: number, waitMs: number, tolerated = 0) {
  const admission = new RequestAdmission();
  Object.assign(admission, { sliceMs, waitMs, tolerated });
  const noted: string[] = [];
  const enter = (caller: string, name: string, takesMs = 0) =>
    admission.enter(caller, (error) => {
      noted.push(error instanceof Overloaded ? `${name} refused` : name);
      work(takesMs);
    });
  return { admission, noted, enter };
}

describe('RequestAdmission', () => {
  it('begins requests at once while the loop is fast', () => {
    const { admission, noted, enter } = noting(1_000, 1_000);
    for (const name of ['a1', 'a2', 'b1']) enter(name.charAt(0), name);
    expect(noted).toEqual(['a1', 'a2', 'b1']);
    expect(admission.waiting).toBe(0);
  });

  it('begins one in each turn of the loop once the slice is over, and callers take turns', async () => {
    const { admission, noted, enter } = noting(5, 60_000);
    enter('a', 'a1', 10);
    for (const name of ['a2', 'a3', 'b1', 'c1']) enter(name.charAt(0), name);
    expect(noted).toEqual(['a1']);
    const after: number[] = [];
    while (admission.waiting > 0) {
      await nextTurn();
      after.push(noted.length);
    }
    expect(noted).toEqual(['a1', 'a2', 'b1', 'c1', 'a3']);
    expect(Math.max(...after.map((count, n) => count - (after[n - 1] ?? 1)))).toBe(1);
    await nextTurn();
    enter('a', 'a4');
    expect(noted.at(-1)).toBe('a4');
  });

  it('refuses what has waited too long, oldest first, down to the tolerated number', async () => {
    const { admission, noted, enter } = noting(5, 20, 3);
    enter('a', 'a1', 10);
    for (let n = 2; n <= 10; n += 1) enter('a', `a${n}`, n === 2 ? 40 : 0);
    while (admission.waiting > 0) await nextTurn();
    const refused = ['a3', 'a4', 'a5', 'a6', 'a7'].map((name) => `${name} refused`);
    expect(noted).toEqual(['a1', 'a2', ...refused, 'a8', 'a9', 'a10']);
    await nextTurn();
    enter('b', 'b1');
    expect(noted.at(-1)).toBe('b1');
  });

  it('refuses at once what exceeds its bound', () => {
    const { admission, noted, enter } = noting(5, 60_000);
    admission.most = 2;
    enter('a', 'a1', 10);
    for (const name of ['a2', 'b1', 'c1']) enter(name.charAt(0), name);
    expect(noted).toEqual(['a1', 'c1 refused']);
  });

  it('begins nothing for a client that has left while it waited', async () => {
    const server = fastify();
    admitRequests(server);
    const waiting: (() => void)[] = [];
    server.admission.enter = (_caller, begin) => waiting.push(begin);
    let [left, answered] = [0, 0];
    server.addHook('onRequestAbort', (_request, done) => {
      left += 1;
      done();
    });
    server.get('/', () => {
      answered += 1;
      return 'answer';
    });
    try {
      const { port } = new URL(await server.listen({ port: 0, host: '127.0.0.1' }));
      const [leaving, staying] = [connect(Number(port), '127.0.0.1'), fetch(`http://127.0.0.1:${port}/`)];
      leaving.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
      const count = () => Promise.resolve(waiting.length);
      await eventually(count, (number) => number === 2);
      leaving.destroy();
      await eventually(
        () => Promise.resolve(left),
        (number) => number === 1,
      );
      for (const begin of waiting) begin();
      expect(await (await staying).text()).toBe('answer');
      expect(answered).toBe(1);
    } finally {
      await server.close();
    }
  });
});
