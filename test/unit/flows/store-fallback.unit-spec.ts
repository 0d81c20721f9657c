import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Logger } from '@nestjs/common';

import { Clock } from '../../../src/common/time/clock.js';
import { Invalid } from '../../../src/common/errors/kinds.js';
import { FallbackCounters } from '../../../src/flows/fallback/fallback-counters.js';
import { StoreFallback } from '../../../src/flows/fallback/store-fallback.js';
import { StoreUnavailable } from '../../../src/stores/store-unavailable.js';

const isUp = (up: boolean) => ({ liveness: { check: () => Promise.resolve(up) } });
const away =
  (store: 'mongodb' | 'postgres', reason = 'connect ECONNREFUSED') =>
  () =>
    Promise.reject(new StoreUnavailable(store, { cause: new Error(reason) }));
const gives =
  <T>(value: T) =>
  () =>
    Promise.resolve(value);

describe('an operation on two stores', () => {
  let lines: string[];
  let counters: FallbackCounters;
  let fallback: StoreFallback;
  beforeEach(() => {
    lines = [];
    const ignore = (): void => undefined;
    Logger.overrideLogger({ log: ignore, error: ignore, warn: (line: string) => lines.push(line) });
    counters = new FallbackCounters();
    fallback = new StoreFallback(isUp(false) as never, isUp(true) as never, new Clock(), counters);
  });
  afterEach(() => Logger.overrideLogger(false));

  it('asks MongoDB alone while that answers', async () => {
    expect(await fallback.withMongoFallback(gives('mongo'), away('postgres'), 'OP')).toBe('mongo');
    expect(lines).toEqual([]);
    expect(counters.all).toEqual([{ operation: 'OP', outcome: 'mongodb', count: 1 }]);
  });

  it('falls back to PostgreSQL and says so in the words of S3', async () => {
    const read = fallback.withMongoFallback(away('mongodb'), gives('copy'), 'ROOM_MESSAGES_GET_DM');
    expect(await read).toBe('copy');
    expect(lines).toEqual([
      '[ROOM_MESSAGES_GET_DM] MongoDB failed, falling back to PostgreSQL: connect ECONNREFUSED',
      '[ROOM_MESSAGES_GET_DM] Successfully used PostgreSQL fallback',
    ]);
  });

  it('writes these lines once in a second, and counts each time', async () => {
    for (let n = 0; n < 5; n += 1) await fallback.withMongoFallback(away('mongodb'), gives(n), 'OP');
    expect([lines.length, counters.all[0]?.count]).toEqual([2, 5]);
  });

  it.each([new Invalid([]), new Error('duplicate'), new StoreUnavailable('redis')])(
    'does not fall back on %s',
    async (error) => {
      const refuse = () => Promise.reject(error);
      let asked = false;
      const copy = () => Promise.resolve((asked = true));
      await expect(fallback.withMongoFallback<unknown>(refuse, copy, 'OP')).rejects.toBe(error);
      await expect(fallback.syncToBothDatabases<unknown>(refuse, copy, 'OP')).rejects.toBe(error);
      expect([asked, lines]).toEqual([false, []]);
    },
  );

  it('is unavailable where neither store can be reached', async () => {
    const read = fallback.withMongoFallback(away('mongodb'), away('postgres'), 'READ');
    await expect(read).rejects.toMatchObject({ store: 'postgres', status: 503 });
    const write = fallback.syncToBothDatabases(away('mongodb'), away('postgres'), 'WRITE');
    await expect(write).rejects.toBeInstanceOf(StoreUnavailable);
    expect(counters.all.map(({ outcome }) => outcome)).toEqual(['failed', 'failed']);
  });

  it('writes to the store that is there, and tells PostgreSQL how MongoDB fared', async () => {
    const told: boolean[] = [];
    const copy = (mongodb: { isReached: boolean }) => Promise.resolve(told.push(mongodb.isReached));
    await fallback.syncToBothDatabases(gives(1), copy, 'BOTH');
    await fallback.syncToBothDatabases(away('mongodb'), copy, 'COPY');
    const alone = await fallback.syncToBothDatabases(gives(1), away('postgres'), 'ALONE');
    expect(told).toEqual([true, false]);
    expect([alone.mongodb.isReached, alone.postgresql.isReached]).toEqual([true, false]);
    expect(counters.all.map(({ outcome }) => outcome)).toEqual([
      ...['both', 'postgres-fallback', 'mongodb-alone'],
    ]);
    expect(lines).toHaveLength(3);
  });

  it('says which databases answer', async () => {
    expect(await fallback.checkDatabaseHealth()).toEqual({
      ...{ mongodb: false, postgresql: true },
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    });
  });
});
