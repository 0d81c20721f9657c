import { beforeEach, expect, it } from 'vitest';

import { StoreUnavailable } from '../../../src/stores/store-unavailable.js';
import { eventually } from '../../support/eventually.js';
import type { PrivateStore } from '../../support/private-store.js';
import { describeWithPrivate } from '../../support/store-programs.js';
import {
  type CacheInstance,
  gate,
  PATIENT,
  type SetClock,
  startInstance,
  textOf,
  VersionedRecord,
} from './cache-instance.js';
import { lost, trusted, useRedisPair, warm } from './redis-pair.js';

const PG_DOWN = new StoreUnavailable('postgres');
const describeWithRedis = describeWithPrivate('redis');
const pair = useRedisPair('cache-stale');

let server: PrivateStore;
let prefix: string;
let clock: SetClock;
let one: CacheInstance;
let two: CacheInstance;

beforeEach(() => {
  ({ server, prefix, clock, one, two } = pair());
});

describeWithRedis('stale-if-error', () => {
  it('gives what was kept, past its time too, while the store is away; not past the grace', async () => {
    const record = new VersionedRecord(undefined, { ttlMs: 10_000, graceMs: 60_000 });
    await warm(record, one, two);
    record.fault = PG_DOWN;
    expect(await record.read(one)).toMatchObject({ outcome: 'hit' });
    clock.advance(11_000);
    expect(await record.read(one)).toMatchObject({ outcome: 'stale', tier: 'memory' });
    const fresh = await startInstance(server.url, prefix, clock);
    await trusted(fresh);
    expect(await record.read(fresh)).toMatchObject({ outcome: 'stale' });
    await fresh.close();
    clock.advance(60_000);
    await expect(record.read(one)).rejects.toThrow(StoreUnavailable);
  });

  it('works with Redis away, too, yet never past a write that this instance knows of', async () => {
    const [kept, written] = [new VersionedRecord(), new VersionedRecord()];
    await warm(kept, one, two);
    await warm(written, one, two);
    await server.kill();
    await lost(one);
    try {
      kept.fault = PG_DOWN;
      await written.write(one);
      written.fault = PG_DOWN;
      expect(await kept.read(one)).toMatchObject({ outcome: 'stale' });
      await expect(written.read(one)).rejects.toThrow(StoreUnavailable);
    } finally {
      await server.restart();
    }
  });

  it('never gives what another instance has written since, as long as Redis says so', async () => {
    const record = new VersionedRecord();
    // Patient: a busy machine must not turn what Redis says into silence.
    const reader = await startInstance(server.url, prefix, clock, PATIENT);
    await trusted(reader);
    await warm(record, two, reader);
    await record.write(two);
    record.fault = PG_DOWN;
    await expect(record.read(reader)).rejects.toThrow(StoreUnavailable);
    await expect(record.read(reader)).rejects.toThrow(StoreUnavailable);
    await reader.close();
  });

  it('gives the latest that was loaded while Redis was away', async () => {
    const record = new VersionedRecord();
    await warm(record, one, two);
    await server.kill();
    try {
      record.version = 9;
      expect(textOf(await record.read(one))).toBe('9');
      record.fault = PG_DOWN;
      const read = await record.read(one);
      expect([read.outcome, textOf(read)]).toEqual(['stale', '9']);
    } finally {
      await server.restart();
    }
  });
});

describeWithRedis('a load that is under way when Redis is lost', () => {
  it('is still answered, and what it stores is never served after a write', async () => {
    const record = new VersionedRecord();
    const slow = gate();
    record.gate = slow.opened;
    const reader = record.read(one);
    await eventually(
      async () => record.loads,
      (loads) => loads === 1,
    );
    record.gate = null;
    await server.freeze();
    expect(await record.write(one)).toBe(false);
    slow.open();
    expect(textOf(await reader)).toBe('1');
    expect(textOf(await record.read(one))).toBe('2');
    server.thaw();
    await trusted(one, two);
    expect(textOf(await record.read(one))).toBe('2');
    expect(textOf(await record.read(two))).toBe('2');
  });
});
