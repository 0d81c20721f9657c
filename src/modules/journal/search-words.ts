/** Combining marks of Latin, Greek and Cyrillic letters. In other scripts, a mark makes a different word. */
const ACCENTS = /[\u0300-\u036f]/g;
const SEGMENTER = new Intl.Segmenter('und', { granularity: 'word' });
const MIN_PREFIX = 3;
/** Longer prefixes share the token of their first characters, and are distinguished after decryption. */
export const MAX_PREFIX = 24;

/**
 * The form in which words are compared: without case and accents. `toUpperCase` comes first, because it converts `ß`
 * to `SS`. Both forms of the small sigma become one.
 */
export const foldText = (text: string): string =>
  text
    .normalize('NFKD')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKD')
    .replace(ACCENTS, '')
    .normalize('NFC')
    .replaceAll('ς', 'σ')
    .replaceAll('’', "'");

/**
 * The folded words of a text in order (Unicode word boundaries, UAX 29). Lazy, so that a long text can be read in
 * parts.
 */
export function* wordsOf(text: string): Generator<string> {
  for (const { segment, isWordLike } of SEGMENTER.segment(foldText(text))) if (isWordLike) yield segment;
}

/** The terms by which a word is found: a short word itself, otherwise its prefixes of 3 to 24 characters. */
export function termsOf(word: string): string[] {
  const characters = [...word];
  if (characters.length < MIN_PREFIX) return [word];
  const terms: string[] = [];
  for (let length = MIN_PREFIX; length <= Math.min(characters.length, MAX_PREFIX); length += 1)
    terms.push(characters.slice(0, length).join(''));
  return terms;
}

/** The one term of all words that begin with this word. A word of one or two characters is only found whole. */
export const termSought = (word: string): string => [...word].slice(0, MAX_PREFIX).join('');

export const isTooLongForATerm = (word: string): boolean => [...word].length > MAX_PREFIX;

/** Whether a word of a text matches the word of a search. */
export const isFoundBy = (sought: string, word: string): boolean =>
  word.startsWith(sought) && (word === sought || [...sought].length >= MIN_PREFIX);
