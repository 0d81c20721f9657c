import { randomBytes } from 'node:crypto';

import { describe, expect, it } from 'vitest';
import fc from 'fast-check';

import { Turns } from '../../../src/common/time/turns.js';
import { newId } from '../../../src/common/ids/ids.js';
import { UserCipher } from '../../../src/modules/field-encryption/user-cipher.js';
import { isWithin } from '../../../src/modules/journal/entry-filter.js';
import { tokensOf } from '../../../src/modules/journal/entry-sealing.js';
import type { ReadEntry } from '../../../src/modules/journal/journal-entry.js';
import { SearchWithoutWords, TooManyWords } from '../../../src/modules/journal/journal.errors.js';
import { SearchQuery } from '../../../src/modules/journal/search-query.js';
import { foldText, termsOf, wordsOf } from '../../../src/modules/journal/search-words.js';

const words = (text: string) => [...wordsOf(text)];

/** As a search does it: the terms of the query are among those of the text, and the text matches. */
async function finds(q: string, text: string): Promise<boolean> {
  const query = new SearchQuery(q);
  const terms = new Set(words(text).flatMap(termsOf));
  if (!query.terms.every((term) => terms.has(term))) return false;
  return !query.needsTheText || (await query.matches([text], new Turns()));
}

describe('words', () => {
  it.each([
    ['Café', 'cafe'],
    ['Straße', 'strasse'],
    ['ÅNGSTRÖM', 'angstrom'],
    ['İstanbul', 'istanbul'],
    ['ΟΔΟΣ', 'οδοσ'],
    ['ﬁne', 'fine'],
    ['Ёлка', 'елка'],
  ])('are folded: %s is %s', (text, folded) => {
    expect(foldText(text)).toBe(folded);
  });

  it('are those of Unicode, without punctuation', () => {
    expect(words("I don't know… 3.14, e-mail: x@y.z!")).toEqual([
      ...['i', "don't", 'know', '3.14', 'e', 'mail', 'x', 'y.z'],
    ]);
    expect(words('今日はいい天気')).toContain('天気');
    expect(words('🚀 …')).toEqual([]);
  });

  it('are found by all beginnings from three characters, or whole where they are short', () => {
    expect(termsOf('walk')).toEqual(['wal', 'walk']);
    expect(termsOf('at')).toEqual(['at']);
    expect(termsOf('🙂🙃🙂🙃')).toHaveLength(2);
    expect(termsOf('x'.repeat(100))).toHaveLength(22);
  });
});

describe('a search', () => {
  const TEXT = 'A quiet morning walk by the sea, and Käsekuchen afterwards';

  it.each([
    'quiet',
    'QUIET',
    'mor',
    'kasekuch',
    'sea quiet',
    'a',
    '"quiet morning"',
    'walk "the sea"',
    '"by" mor',
  ])('finds %s', async (q) => {
    expect(await finds(q, TEXT)).toBe(true);
  });

  it.each(['uiet', 'qu', 'evening', 'quiet evening', '"morning quiet"', '"quiet mor"', '"walk sea"', 'th'])(
    'does not find %s',
    async (q) => {
      expect(await finds(q, TEXT)).toBe(false);
    },
  );

  it('tells words apart that begin with the same 24 characters', async () => {
    const long = 'donaudampfschifffahrtsgesellschaft';
    expect(await finds(long, `the ${long}skapitän`)).toBe(true);
    expect(await finds(`${long}x`, `the ${long}skapitän`)).toBe(false);
  });

  it('lets other requests run while it reads a long text', async () => {
    let others = 0;
    const other = setInterval(() => (others += 1), 1);
    const query = new SearchQuery('"no such phrase" donaudampfschifffahrtsgesellschaft');
    expect(await query.matches(['no such luck, '.repeat(20_000)], new Turns())).toBe(false);
    clearInterval(other);
    expect(others).toBeGreaterThan(0);
  });

  it('applies the owner and the filter to what a token has found', () => {
    const owner = { orgId: 'org', userId: 'user' };
    const entry = {
      organization_id: 'org',
      user_id: 'user',
      deleted_at: null,
      is_favorite: true,
    } as ReadEntry;
    expect(isWithin(owner, { is_favorite: true }, entry)).toBe(true);
    expect(isWithin(owner, { is_favorite: false }, entry)).toBe(false);
    for (const other of [{ organization_id: 'other' }, { user_id: 'other' }, { deleted_at: new Date() }])
      expect([other, isWithin(owner, {}, { ...entry, ...other })]).toEqual([other, false]);
  });

  it('refuses an entry of more different words than its index may hold', async () => {
    const cipher = new UserCipher({ orgId: newId(), userId: newId(), id: newId(), secret: randomBytes(32) });
    const words = Array.from({ length: 5_000 }, (_, n) => `a${n}`.padEnd(24, `x${n}`));
    const entry = { title: '', photos: [], voice_notes: [], prompt_responses: [] };
    expect(
      (await tokensOf(cipher, { ...entry, content: words.slice(0, 100).join(' ') })).length,
    ).toBeGreaterThan(500);
    await expect(tokensOf(cipher, { ...entry, content: words.join(' ') })).rejects.toThrow(TooManyWords);
  });

  it('has to name a word', () => {
    for (const q of ['', '   ', '""', '🚀', '!?'])
      expect(() => new SearchQuery(q)).toThrow(SearchWithoutWords);
  });

  it('finds every word of a text, every beginning of three characters, and the text as a phrase', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 80 }), fc.nat(), async (text, at) => {
        const all = words(text).filter((word) => !word.includes('"'));
        const word = all[at % Math.max(1, all.length)];
        // Where words end in scripts without spaces depends on what stands around them.
        if (word === undefined || [...wordsOf(word)].join(' ') !== word) return;
        expect(await finds(word, text)).toBe(true);
        const beginning = [...word].slice(0, 3).join('');
        if ([...wordsOf(beginning)].join(' ') === beginning) expect(await finds(beginning, text)).toBe(true);
      }),
    );
  });
});
