/** A condition on a text. */
export type KeyBound = Partial<Record<'$gt' | '$gte' | '$lt' | '$lte', string>>;

/** The number of windows between a position and the end of its prefix. */
const MAX_WINDOWS = 16;

/**
 * Upper bounds of growing windows above `text`, a text with `prefix`: the end of the texts that share `shared`
 * characters and one more with it, then of those that share one less, down to one character more than the prefix.
 * Longer differences are taken in larger steps, so that there are at most `MAX_WINDOWS`.
 */
export function narrowBounds(text: string, prefix: string, shared: number): { $lt: string }[] {
  const characters = Array.from(text);
  const shortest = Array.from(prefix).length;
  const longest = Math.max(shortest, Math.min(characters.length, shared + 1));
  const step = Math.max(1, Math.ceil((longest - shortest) / MAX_WINDOWS));
  const bounds: { $lt: string }[] = [];
  for (let length = longest; length > shortest; length -= step) {
    const next = successor(characters.slice(0, length));
    if (next !== null) bounds.push({ $lt: next });
  }
  return bounds;
}

/** The smallest text above all that begin with these characters, by code points. Null: there is none of this length. */
function successor(characters: readonly string[]): string | null {
  const code = characters.at(-1)?.codePointAt(0) ?? Infinity;
  if (code >= 0x10_ff_ff) return null;
  // Surrogates are no characters.
  const next = code === 0xd7_ff ? 0xe0_00 : code + 1;
  return characters.slice(0, -1).join('') + String.fromCodePoint(next);
}
