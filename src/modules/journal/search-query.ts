import type { Turns } from '../../common/time/turns.js';
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

  /** Whether all of it is in the texts. Lets other requests run in between. */
  async matches(texts: readonly string[], turns: Turns): Promise<boolean> {
    const words = new Set(this.words);
    const phrases = new Set(this.phrases);
    for (const text of texts) {
      const read: string[] = [];
      for (const word of wordsOf(text)) {
        if (phrases.size > 0) read.push(word);
        for (const sought of words) if (isFoundBy(sought, word)) words.delete(sought);
        await turns.pass();
      }
      for (const phrase of phrases) if (await hasInOrder(read, phrase, turns)) phrases.delete(phrase);
      if (words.size + phrases.size === 0) return true;
    }
    return false;
  }
}

async function hasInOrder(
  words: readonly string[],
  phrase: readonly string[],
  turns: Turns,
): Promise<boolean> {
  for (const from of words.keys()) {
    if (phrase.every((word, at) => words[from + at] === word)) return true;
    await turns.pass();
  }
  return false;
}
