import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { usualLongestTurnMs } from '../support/longest-turn.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

/** The promise is 50 ms of a processor of its own. Beside other work, with cold caches, the same code takes up to twice that. */
const MAX_STALL_MS = process.env['FULL'] === '1' ? 50 : 150;
const MIB = 1_048_576;

const filled = (unit: string, around: [string, string] = ['', '']): string =>
  around[0] +
  unit.repeat(Math.floor((MIB - around[0].length - around[1].length - 8) / unit.length)) +
  around[1];

const objectOf = (members: number): string =>
  JSON.stringify(Object.fromEntries(Array.from({ length: members }, (_, n) => [`k${n}`, n])));

const entries = (count: number, entry: (n: number) => unknown): string =>
  JSON.stringify({ entries: Array.from({ length: count }, (_, n) => entry(n)) });

/** Each is as large as a body may be, and the worst of its kind for something that looks at it. */
const HOSTILE: readonly [string, string][] = [
  ['brackets', '['.repeat(MIB)],
  ['braces', filled('{"a":')],
  ['empty lists', filled('[],', ['[', '0]'])],
  ['zeros', filled('0,', ['[', '0]'])],
  ['one number', '9'.repeat(MIB)],
  ['numbers out of range', filled('1e999,', ['[', '0]'])],
  ['lone surrogates', filled(String.raw`\ud800`, ['{"event_type":"', '"}'])],
  ['escapes', filled('\\\\', ['{"event_type":"', '"}'])],
  ['one text', filled('a', ['{"email":"', '","password":"x"}'])],
  ['spaces', filled(' ')],
  ['colons', filled(':')],
  ['prototypes', filled('{"__proto__":1},', ['[', '0]'])],
  ['unknown members', objectOf(19_000)],
  ['entries that are none', entries(1_000, () => Array.from({ length: 90 }, () => 0))],
  ['entries of 90 unknown members', entries(1_000, () => JSON.parse(objectOf(90)))],
  ['entries of 20 members', entries(1_000, () => ({ event_type: 'x', payload: JSON.parse(objectOf(20)) }))],
  ['entries of 70 members', entries(1_000, () => ({ event_type: 'x', payload: JSON.parse(objectOf(70)) }))],
  ['large entries', entries(32, () => ({ event_type: 'x', payload: { text: 'x'.repeat(32_000) } }))],
];

const ROUTES = ['/api/v1/auth/login', '/api/v1/activity/batch', '/api/v1/users', '/api/v1/api-keys'];

describe('no body', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp();
  });
  afterAll(() => t.close());

  it.each(HOSTILE)(`stalls the event loop for ${MAX_STALL_MS} ms: %s`, async (_what, payload) => {
    expect(Buffer.byteLength(payload)).toBeLessThanOrEqual(MIB);
    const zipped = gzipSync(payload);
    const stalls: [string, number][] = [];
    for (const url of ROUTES) {
      const send = (body: string | Buffer, headers: Record<string, string> = {}) =>
        usualLongestTurnMs(async () => {
          const answer = await t.app.inject({
            method: 'POST',
            url,
            headers: {
              authorization: `Bearer ${t.tenant.token}`,
              'content-type': 'application/json',
              ...headers,
            },
            payload: body,
          });
          expect(answer.statusCode).toBeLessThan(500);
        });
      stalls.push(
        [url, await send(payload)],
        [`${url} (gzip)`, await send(zipped, { 'content-encoding': 'gzip' })],
      );
    }
    expect(stalls.filter(([, ms]) => ms >= MAX_STALL_MS)).toEqual([]);
  });
});
