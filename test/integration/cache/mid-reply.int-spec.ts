import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { eventually } from '../../support/eventually.js';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { Clock } from '../../../src/common/time/clock.js';
import { type CacheInstance, freshPrefix, sharedRedisUrl, startInstance, textOf, VersionedRecord } from './cache-instance.js';
import { trusted } from './redis-pair.js';

let proxy: TcpProxy;
let one: CacheInstance;

beforeEach(async () => {
  proxy = await TcpProxy.start(sharedRedisUrl());
  one = await startInstance(proxy.url, freshPrefix(), new Clock());
  await trusted(one);
});
afterEach(async () => {
  await one.close();
  await proxy.close();
});

describe.each(['cut', 'stall'] as const)('a connection that is %s in mid-reply', (how) => {
  it('is no failed and no wrong read at any byte, and the next connection begins afresh', async () => {
    const records = Array.from({ length: 4 }, () => new VersionedRecord());
    await Promise.all(records.map((record) => record.read(one)));
    for (let bytes = 1; bytes <= 60; bytes += 1) {
      proxy.breakAfter(bytes, how);
      const reads = await Promise.all(records.map((record) => record.read(one)));
      expect(reads.map(textOf)).toEqual(records.map(({ version }) => String(version)));
      proxy.heal();
      await eventually(() => Promise.all(records.map((record) => record.read(one))), (all) => all.every(({ outcome }) => outcome === 'hit'));
    }
  });
});
