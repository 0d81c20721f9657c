import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { SearchWithoutWords } from '../../../src/modules/journal/journal.errors.js';
import { SearchQuery } from '../../../src/modules/journal/search-query.js';
import { foldText, termsOf, wordsOf } from '../../../src/modules/journal/search-words.js';

const words = (text: string) => [...wordsOf(text)];

/** As a search does it: the terms of the query are among those of the text, and the text matches. */
function finds(q: string, text: string): boolean {
  const query = new SearchQuery(q);
  const terms = new Set(words(text).flatMap(termsOf));
  return query.terms.every((term) => terms.has(term)) && (!query.needsTheText || query.matches([text]));
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
  ])('finds %s', (q) => {
    expect(finds(q, TEXT)).toBe(true);
  });

  it.each(['uiet', 'qu', 'evening', 'quiet evening', '"morning quiet"', '"quiet mor"', '"walk sea"', 'th'])(
    'does not find %s',
    (q) => {
      expect(finds(q, TEXT)).toBe(false);
    },
  );

  it('tells words apart that begin with the same 24 characters', () => {
    const long = 'donaudampfschifffahrtsgesellschaft';
    expect(finds(long, `the ${long}skapitän`)).toBe(true);
    expect(finds(`${long}x`, `the ${long}skapitän`)).toBe(false);
  });

  it('has to name a word', () => {
    for (const q of ['', '   ', '""', '🚀', '!?'])
      expect(() => new SearchQuery(q)).toThrow(SearchWithoutWords);
  });

  it('finds every word of a text, every beginning of three characters, and the text as a phrase', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), fc.nat(), (text, at) => {
        const all = words(text).filter((word) => !word.includes('"'));
        const word = all[at % Math.max(1, all.length)];
        // Where words end in scripts without spaces depends on what stands around them.
        if (word === undefined || [...wordsOf(word)].join(' ') !== word) return;
        expect(finds(word, text)).toBe(true);
        const beginning = [...word].slice(0, 3).join('');
        if ([...wordsOf(beginning)].join(' ') === beginning) expect(finds(beginning, text)).toBe(true);
      }),
    );
  });
});
