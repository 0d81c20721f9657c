import { SearchWithoutWords } from './journal.errors.js';
import { isFoundBy, isTooLongForATerm, termSought, wordsOf } from './search-words.js';

const MAX_WORDS = 20;
const PHRASE = /"([^"]*)"/g;

/** The meaning of `q`: every word, or its prefix, and every phrase literally. */
export class SearchQuery {
  private readonly words: readonly string[];
  private readonly phrases: readonly (readonly string[])[];

  /** Throws `SearchWithoutWords`. */
  constructor(q: string) {
    this.phrases = [...q.matchAll(PHRASE)]
      .map(([, phrase = '']) => [...wordsOf(phrase)].slice(0, MAX_WORDS))
      .filter((words) => words.length > 0);
    this.words = [...wordsOf(q.replace(PHRASE, ' '))].slice(0, MAX_WORDS);
    if (this.phrases.length + this.words.length === 0) throw new SearchWithoutWords();
  }

  /** A matching entry has all of them. The longest come first, because they are usually the rarest. */
  get terms(): string[] {
    const all = new Set([...this.words, ...this.phrases.flat()].map(termSought));
    return [...all].toSorted((one, other) => other.length - one.length).slice(0, MAX_WORDS);
  }

  /** Whether an entry with all terms may still not match. */
  get needsTheText(): boolean {
    return this.phrases.length > 0 || this.words.some(isTooLongForATerm);
  }

  matches(texts: readonly string[]): boolean {
    const wordsOfTexts = texts.map((text) => [...wordsOf(text)]);
    return (
      this.words.every((sought) =>
        wordsOfTexts.some((words) => words.some((word) => isFoundBy(sought, word))),
      ) && this.phrases.every((phrase) => wordsOfTexts.some((words) => hasInOrder(words, phrase)))
    );
  }
}

const hasInOrder = (words: readonly string[], phrase: readonly string[]): boolean =>
  words.some((_, from) => phrase.every((word, at) => words[from + at] === word));
