import { describe, expect, it } from 'vitest';

import {
  agreedView,
  type ClusterView,
  parseClusterNodes,
} from '../../../src/stores/redis/cluster/cluster-view.js';
import { keySlot } from '../../../src/stores/redis/cluster/key-slot.js';
import { MapLease } from '../../../src/stores/redis/cluster/map-lease.js';
import { SlotMap } from '../../../src/stores/redis/cluster/slot-map.js';

describe('the slot of a key', () => {
  // The values are those of CLUSTER KEYSLOT. 0x31c3 is the example of the specification.
  it.each([
    ['123456789', 0x31c3],
    ['', 0],
    ['foo', 12_182],
    ['{user1000}.following', 3_443],
    ['{user1000}.followers', 3_443],
    ['foo{}{bar}', 8_363],
    ['foo{{bar}}zap', 4_015],
    ['foo{bar}{zap}', 5_061],
    ['grüße', 3_194],
  ])('%s', (key, slot) => {
    expect(keySlot(key)).toBe(slot);
  });
});

const ASKED = { name: 'seed', port: 7000 };
const [A, B, C] = ['a'.repeat(40), 'b'.repeat(40), 'c'.repeat(40)] as const;

/** A reply to CLUSTER NODES of the node `asked`. */
function replyOf(asked: string, changes: { owner?: string; epoch?: number } = {}): string {
  const { owner = A, epoch = 1 } = changes;
  const line = (id: string, port: number, rest: string): string =>
    `${id} 10.0.0.1:${port}@1${port},host-${port} ${id === asked ? 'myself,' : ''}${rest}`;
  const first = owner === A ? ' 0-5460' : '';
  const moved = owner === C ? ' 0-5460' : '';
  return [
    line(A, 7001, `master - 0 1700000000 ${owner === A ? epoch : 1} connected${first}`),
    line(B, 7002, `master,fail - 1700000001 0 2 disconnected 5461-10000 10001 [93-<-${A}]`),
    line(C, 7003, `master - 0 0 ${owner === C ? epoch : 3} connected${moved} 10002-16383`),
    line('d'.repeat(40), 7004, `slave ${A} 0 0 1 connected`),
    '',
  ].join('\n');
}

const viewOf = (asked: string, changes = {}, isTls = false): ClusterView => {
  const view = parseClusterNodes(replyOf(asked, changes), ASKED, isTls);
  if (!view) throw new Error('the reply was not understood');
  return view;
};

describe('the view of a node', () => {
  it('has the masters with slots, their addresses and epochs', () => {
    const { id, masters } = viewOf(B);
    expect(id).toBe(B);
    expect(masters).toEqual([
      { id: A, host: { name: '10.0.0.1', port: 7001 }, epoch: 1, ranges: [[0, 5460]] },
      {
        id: B,
        host: { name: '10.0.0.1', port: 7002 },
        epoch: 2,
        ranges: [
          [5461, 10_000],
          [10_001, 10_001],
        ],
      },
      { id: C, host: { name: '10.0.0.1', port: 7003 }, epoch: 3, ranges: [[10_002, 16_383]] },
    ]);
  });

  it('has names where certificates need them', () => {
    expect(viewOf(B, {}, true).masters.map(({ host }) => host?.name)).toEqual([
      'host-7001',
      'host-7002',
      'host-7003',
    ]);
  });

  it('takes the address that was asked for a node that does not know its own', () => {
    const text = `${A} :7000@17000 myself,master - 0 0 0 connected 0-16383\n`;
    expect(parseClusterNodes(text, ASKED, false)?.masters[0]?.host).toEqual(ASKED);
  });

  it('reads IPv6, and no address as none', () => {
    const text = `${A} ::1:7000@17000 myself,master - 0 0 0 connected 0-1\n${B} :0@0 master,noaddr - 0 0 0 connected 2-3\n`;
    expect(parseClusterNodes(text, ASKED, false)?.masters.map(({ host }) => host)).toEqual([
      { name: '::1', port: 7000 },
      null,
    ]);
  });

  it('is none for another reply', () => {
    expect(parseClusterNodes('OK', ASKED, false)).toBeNull();
  });
});

describe('the slot map that counts', () => {
  it('is that of more than half of its masters', () => {
    expect(agreedView([viewOf(A)])).toBeNull();
    expect(agreedView([viewOf(A), viewOf(A)])).toBeNull();
    expect(agreedView([viewOf(A), viewOf(B)])?.signature).toBe(viewOf(C).signature);
    expect(agreedView([viewOf(A), viewOf('d'.repeat(40))])).toBeNull();
    expect(agreedView([])).toBeNull();
  });

  it('is not that of an old master which has not heard of its successor', () => {
    const changed = { owner: C, epoch: 9 };
    const agreed = agreedView([viewOf(A), viewOf(B, changed), viewOf(C, changed)]);
    expect(agreed?.signature).toBe(viewOf(B, changed).signature);
    expect(agreedView([viewOf(A), viewOf(C, changed)])).toBeNull();
  });

  it('is another one after each change of an owner, even if slots return to it', () => {
    expect(viewOf(A, { epoch: 7 }).signature).not.toBe(viewOf(A).signature);
  });

  it('finds the master of each key', () => {
    const map = new SlotMap(viewOf(A));
    expect(['{user1000}.following', 'foo{}{bar}', 'foo'].map((key) => map.ownerOf(key))).toEqual([0, 1, 2]);
    expect(map.isCovered).toBe(true);
  });

  it('says that slots are without a master', () => {
    const view = parseClusterNodes(`${A} h:1@2 myself,master - 0 0 0 connected 0-5460\n`, ASKED, false);
    const map = view && new SlotMap(view);
    expect([map?.isCovered, map?.ownerOf('foo')]).toEqual([false, -1]);
  });
});

describe('the lease of a slot map', () => {
  it('of an old map has ended before a new one counts anywhere', () => {
    let now = 0;
    const [unaware, aware] = [new MapLease(() => now), new MapLease(() => now)];
    for (const lease of [unaware, aware]) lease.begin();
    for (now = 0; now <= 5_000; now += 500) for (const lease of [unaware, aware]) lease.renew(now);
    now = 5_000;
    expect([unaware.isValid, aware.isValid]).toEqual([true, true]);
    aware.begin();
    let both = 0;
    for (; now < 12_000; now += 10) {
      aware.renew(now);
      if (unaware.isValid && aware.isValid) both += 1;
    }
    expect([both, unaware.isValid, aware.isValid]).toEqual([0, false, true]);
  });
});
