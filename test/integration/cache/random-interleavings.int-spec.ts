import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';

import { Clock } from '../../../src/common/time/clock.js';
import {
  type CacheInstance,
  freshPrefix,
  gate,
  PATIENT,
  sharedRedisUrl,
  startInstance,
  textOf,
  VersionedRecord,
} from './cache-instance.js';

const prefix = freshPrefix();
let one: CacheInstance;
let two: CacheInstance;

beforeAll(async () => {
  one = await startInstance(sharedRedisUrl(), prefix, new Clock(), PATIENT);
  two = await startInstance(sharedRedisUrl(), prefix, new Clock(), PATIENT);
});

afterAll(async () => {
  await Promise.all([one.close(), two.close()]);
});

const PAIRS = 10_000;
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

describe('random writes and reads over two instances', () => {
  /** Reads and writes of three records that overlap as `steps` says; rejects at the first stale answer. */
  async function play(steps: readonly Step[]): Promise<number> {
    const records = [0, 1, 2].map(() => ({ record: new VersionedRecord(), acknowledged: 1 }));
    const started: Promise<void>[] = [];
    let reads = 0;
    for (const step of steps) {
      const target = records[step.record];
      const instance = step.isOnOne ? one : two;
      if (!target || step.kind === 'pause') await new Promise(setImmediate);
      else if (step.kind === 'write') started.push(write(target, instance));
      else {
        reads += 1;
        started.push(read(target, instance));
      }
    }
    await Promise.all(started);
    return reads;
  }

  async function write(target: Target, on: CacheInstance): Promise<void> {
    const done = target.record.write(on);
    const { version } = target.record;
    if (await done) target.acknowledged = Math.max(target.acknowledged, version);
  }

  async function read(target: Target, on: CacheInstance): Promise<void> {
    const atLeast = target.acknowledged;
    const found = Number(textOf(await target.record.read(on)));
    if (found < atLeast) throw new Error(`stale: read ${found} after ${atLeast} was acknowledged`);
  }

  it('never give a value from before the last acknowledged write', async () => {
    let reads = 0;
    const step = fc.record({
      kind: fc.constantFrom('read', 'read', 'write', 'pause'),
      isOnOne: fc.boolean(),
      record: fc.nat(2),
    });
    const property = fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 80 }), async (steps) => {
      reads += await play(steps);
    });
    await fc.assert(property, { numRuns: 200, seed: SEED });
    console.info(`${reads} reads beside writes on two instances, seed ${SEED}: 0 stale`);
  });

  it('never give the old value to the read that follows a write, whatever else is being read', async () => {
    const records = Array.from({ length: 5 }, () => new VersionedRecord());
    let pairs = 0;
    let beside = 0;
    let stale = 0;
    /** One write, then a read of it, while reads that began before may still be on their way. */
    const pair = fc.record({
      record: fc.nat(records.length - 1),
      isWrittenOnOne: fc.boolean(),
      isReadOnOne: fc.boolean(),
      readersBefore: fc.nat(3),
      turnsBefore: fc.nat(4),
      turnsBetween: fc.nat(2),
      isSlowRefill: fc.boolean(),
      isStoredFirst: fc.boolean(),
    });
    for (const { record: at, ...how } of fc.sample(pair, { numRuns: PAIRS, seed: SEED })) {
      const record = records[at];
      if (!record) throw new Error('there is no such record');
      const slow = gate();
      if (how.isSlowRefill) record.gate = slow.opened;
      const readers = Array.from({ length: how.readersBefore }, (_, index) =>
        record.read(index % 2 ? one : two),
      );
      for (let turn = 0; turn < how.turnsBefore; turn += 1) await new Promise(setImmediate);
      record.gate = null;
      const isTold = await record.write(how.isWrittenOnOne ? one : two);
      const { version } = record;
      if (how.isStoredFirst) slow.open();
      for (let turn = 0; turn < how.turnsBetween; turn += 1) await new Promise(setImmediate);
      const found = Number(textOf(await record.read(how.isReadOnOne ? one : two)));
      slow.open();
      await Promise.all(readers);
      if (!isTold) throw new Error('Redis could not be told');
      if (found !== version) stale += 1;
      pairs += 1;
      beside += readers.length;
    }
    console.info(
      `${pairs} write-then-read pairs over two instances, ${beside} reads beside, seed ${SEED}: ${stale} stale`,
    );
    expect(stale).toBe(0);
  }, 400_000);
});

interface Step {
  kind: string;
  isOnOne: boolean;
  record: number;
}

interface Target {
  record: VersionedRecord;
  acknowledged: number;
}
