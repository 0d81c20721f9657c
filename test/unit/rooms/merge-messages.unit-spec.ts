import { describe, expect, it } from 'vitest';

import { newId } from '../../../src/common/ids/ids.js';
import { differingMessageFields, mergeMessages } from '../../../src/modules/rooms/merge-messages.js';
import { edited, newMessage, type StoredMessage, tombstoneOf } from '../../../src/modules/rooms/message.js';

const origin = { organizationId: 'o', roomId: 'r', memberId: 'm', clientId: null };
const draft = (content: string) => ({ content, fileUrl: null });
const later = (ms: number): Date => new Date(Date.now() + ms);
const first = newMessage(origin, draft('one'));
const second = edited(first, draft('two'), later(1_000));
const third = edited(second, draft('three'), later(2_000));
const gone = tombstoneOf(first, later(500));
const elsewhere = edited(first, draft('other'), later(3_000));

const both = (one: StoredMessage, other: StoredMessage): [StoredMessage, StoredMessage] => [
  mergeMessages(one, other),
  mergeMessages(other, one),
];

describe('two copies of a message', () => {
  it.each([
    ['an edit', first, second],
    ['two edits', first, third],
    ['a deletion', first, gone],
    ['a deletion after an edit', second, tombstoneOf(second, later(2_000))],
  ])('become the newer one after %s', (_, older, newer) => {
    expect(both(older, newer)).toEqual([newer, newer]);
  });

  it('are left as they are where they are equal', () => {
    expect(mergeMessages(first, { ...first })).toBe(first);
  });

  it('become a tombstone, above every version, where one is deleted and the other edited since', () => {
    for (const merged of both(gone, third)) {
      expect(merged).toMatchObject({ isDeleted: true, content: null, versions: [], version: 4 });
    }
  });

  it('become the later of two edits that did not know of each other, and keep what the other said', () => {
    for (const merged of both(second, elsewhere)) {
      expect(merged).toMatchObject({ content: 'other', version: 3 });
      expect(merged.versions.map(({ content }) => content)).toEqual(['one', 'two']);
    }
  });

  it('lose their author where one of them has', () => {
    const erased = { ...first, memberId: null, version: 2 };
    expect(both(first, erased)).toEqual([erased, erased]);
    for (const merged of both(third, erased)) {
      expect(merged).toMatchObject({ memberId: null, content: 'three', version: 4 });
    }
  });

  it('become one that replaces both, whatever was done to them', () => {
    const states = [first, second, third, gone, elsewhere, { ...second, memberId: null, version: 3 }];
    for (const one of states)
      for (const other of states) {
        const merged = mergeMessages(one, other);
        for (const copy of [one, other]) {
          const isSame = differingMessageFields(copy, merged).length === 0;
          expect(isSame || merged.version > copy.version).toBe(true);
        }
        expect(merged.isDeleted).toBe(one.isDeleted || other.isDeleted);
      }
  });

  it('have the time of their id', () => {
    const id = newId();
    const message = newMessage({ ...origin, id }, draft('x'));
    expect(Math.abs(message.createdAt.getTime() - Date.now())).toBeLessThan(10_000);
    expect(message.updatedAt).toEqual(message.createdAt);
  });
});
