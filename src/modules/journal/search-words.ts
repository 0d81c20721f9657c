/** Combining marks of Latin, Greek and Cyrillic letters. Those of other scripts make another word. */
const ACCENTS = /[\u0300-\u036f]/g;
const SEGMENTER = new Intl.Segmenter('und', { granularity: 'word' });
const MIN_PREFIX = 3;
/** Longer beginnings share the token of this many characters, and are told apart after decryption. */
export const MAX_PREFIX = 24;

/**
 * The form in which words are compared: without case and accents. `toUpperCase` first, because it knows that `ß` is `SS`; one sigma,
 * whether it ends a word or not.
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

/** The words of a text in their order, folded (Unicode word boundaries, UAX 29). Lazy, so that a long text can be read in parts. */
export function* wordsOf(text: string): Generator<string> {
  for (const { segment, isWordLike } of SEGMENTER.segment(foldText(text))) if (isWordLike) yield segment;
}

/** What a word is found by: itself where it is short, else its beginnings of 3 to 24 characters. */
export function termsOf(word: string): string[] {
  const characters = [...word];
  if (characters.length < MIN_PREFIX) return [word];
  const terms: string[] = [];
  for (let length = MIN_PREFIX; length <= Math.min(characters.length, MAX_PREFIX); length += 1)
    terms.push(characters.slice(0, length).join(''));
  return terms;
}

/** The one term that everything that begins with the word has. A word of one or two characters is found whole. */
export const termSought = (word: string): string => [...word].slice(0, MAX_PREFIX).join('');

export const isTooLongForATerm = (word: string): boolean => [...word].length > MAX_PREFIX;

/** Whether a text's word is one that is looked for. */
export const isFoundBy = (sought: string, word: string): boolean =>
  word.startsWith(sought) && (word === sought || [...sought].length >= MIN_PREFIX);
