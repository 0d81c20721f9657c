import { describe, expect, it } from 'vitest';

import { Clock } from '../../../src/common/time/clock.js';
import { eventually } from '../../support/eventually.js';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { freshPrefix, sharedRedisUrl, startInstance, textOf, VersionedRecord } from './cache-instance.js';
import { trusted, warm } from './redis-pair.js';

/** Enough to end in the middle of a length, a token, an entry's header, and between two members of a reply. */
const BYTES = process.env['FULL'] === '1' ? 400 : 60;
const TOGETHER = 10;

describe.each(['cut', 'stall'] as const)('a connection to Redis that ends in mid-reply (%s)', (how) => {
  it('is no failed read and no other record’s answer, at whatever byte it ends, and the next one begins afresh', async () => {
    const prefix = freshPrefix();
    const steady = await startInstance(sharedRedisUrl(), prefix);
    let reads = 0;
    const breakAt = async (bytes: number): Promise<void> => {
      const proxy = await TcpProxy.start(sharedRedisUrl());
      const broken = await startInstance(proxy.url, prefix, new Clock());
      try {
        await trusted(broken);
        const orgId = `org-${how}-${bytes}`;
        const records = [0, 1, 2].map((id) => new VersionedRecord(orgId, { key: `u:alice\nrecord ${id}` }));
        records.forEach((record, id) => (record.version = 1_000 * (id + 1)));
        await Promise.all(records.map((record) => warm(record, steady, broken)));
        proxy.breakAfter(bytes, how);
        for (let round = 0; round < 4; round += 1) {
          if (round === 2) proxy.heal();
          const versions = await Promise.all(
            records.map(async (record) => Number(textOf(await record.read(broken)))),
          );
          expect(versions).toEqual(records.map(({ version }) => version));
          reads += versions.length;
          for (const record of records) await record.write(steady);
        }
        for (const record of records) {
          await eventually(
            () => record.read(broken),
            ({ outcome }) => outcome === 'hit',
            20_000,
          );
        }
      } finally {
        await broken.close();
        await proxy.close();
      }
    };
    for (let from = 1; from <= BYTES; from += TOGETHER) {
      await Promise.all(Array.from({ length: TOGETHER }, (_, index) => breakAt(from + index)));
    }
    console.info(`${how} after 1 to ${BYTES} bytes: ${reads} reads, 0 failed, 0 stale, 0 of another record`);
    await steady.close();
  });
});
