import { randomBytes } from 'node:crypto';

import { describe, expect, it } from 'vitest';
import fc from 'fast-check';

import { newId } from '../../../src/common/ids/ids.js';
import { Undecryptable } from '../../../src/modules/field-encryption/field-encryption.errors.js';
import { UserCipher } from '../../../src/modules/field-encryption/user-cipher.js';

const aKey = () => ({ orgId: newId(), userId: newId(), id: newId(), secret: randomBytes(32) });
const PLACE = { collection: 'journal_entries', record: newId(), field: 'content' };

describe('UserCipher', () => {
  it('gives every text back as it was, and never the same value twice', () => {
    const cipher = new UserCipher(aKey());
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (text) => {
        const value = cipher.encrypt(PLACE, text);
        expect(cipher.decrypt(PLACE, value)).toBe(text);
        expect(cipher.encrypt(PLACE, text)).not.toBe(value);
      }),
    );
  });

  it.each([
    ['another record', { ...PLACE, record: newId() }],
    ['another field', { ...PLACE, field: 'title' }],
    ['another collection', { ...PLACE, collection: 'mood_entries' }],
  ])('does not decrypt in %s', (_, place) => {
    const cipher = new UserCipher(aKey());
    const value = cipher.encrypt(PLACE, 'a quiet day');
    expect(() => cipher.decrypt(place, value)).toThrow(Undecryptable);
  });

  it('does not decrypt for another user, organisation or key, nor under another key id', () => {
    const key = aKey();
    const value = new UserCipher(key).encrypt(PLACE, 'a quiet day');
    for (const change of [
      { userId: newId() },
      { orgId: newId() },
      { secret: randomBytes(32) },
      { id: newId() },
    ])
      expect(() => new UserCipher({ ...key, ...change }).decrypt(PLACE, value)).toThrow(Undecryptable);
  });

  it('refuses a value of which any character was changed, cut off or added', () => {
    const cipher = new UserCipher(aKey());
    const value = cipher.encrypt(PLACE, 'a quiet day by the sea');
    for (let at = 0; at < value.length - 1; at += 1) {
      const other = value[at] === 'A' ? 'B' : 'A';
      const changed = value.slice(0, at) + other + value.slice(at + 1);
      expect(() => cipher.decrypt(PLACE, changed)).toThrow(Undecryptable);
      expect(() => cipher.decrypt(PLACE, value.slice(0, at))).toThrow(Undecryptable);
    }
    for (const broken of ['', 'plain text', `${value}.x`])
      expect(() => cipher.decrypt(PLACE, broken)).toThrow(Undecryptable);
  });

  it('gives equal words of one user equal tokens, and those of two users different ones', () => {
    const key = aKey();
    const token = new UserCipher(key).token('morning');
    expect(new UserCipher(key).token('morning')).toBe(token);
    expect(new UserCipher(key).token('mornings')).not.toBe(token);
    expect(new UserCipher(aKey()).token('morning')).not.toBe(token);
    expect(token).toMatch(/^[\w-]{16}$/);
  });
});
