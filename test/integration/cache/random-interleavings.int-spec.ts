import { afterAll, beforeAll, describe, it } from '@jest/globals';
import fc from 'fast-check';

import { Clock } from '../../../src/common/time/clock.js';
import {
  type CacheInstance,
  freshPrefix,
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
    await fc.assert(property, { numRuns: 200 });
    console.info(`${reads} reads beside writes on two instances: 0 stale`);
  });
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
