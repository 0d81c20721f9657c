import type { MissingRange, OutputChunk } from './execution.js';

/** The missing seqs between the chunks of one stream, which are in order. `from`: the first requested seq. */
export function missingIn(stream: string, from: number, seqs: readonly number[]): MissingRange[] {
  const missing: MissingRange[] = [];
  let next = from;
  for (const seq of seqs) {
    if (seq > next) missing.push({ stream, from_seq: next, to_seq: seq - 1 });
    next = seq + 1;
  }
  return missing;
}

/** The chunks from the beginning up to the first gap, which a follower may receive now. */
export function withoutGap(from: number, chunks: readonly OutputChunk[]): OutputChunk[] {
  const end = chunks.findIndex(({ seq }, index) => seq !== from + index);
  return end === -1 ? [...chunks] : chunks.slice(0, end);
}

/** Merges streams as a terminal would have shown them: by arrival, and each stream in the order of its seqs. */
export function interleaved(streams: readonly (readonly OutputChunk[])[]): OutputChunk[] {
  const heads = streams.map(() => 0);
  const all: OutputChunk[] = [];
  for (;;) {
    let first: { index: number; chunk: OutputChunk } | null = null;
    for (const [index, chunks] of streams.entries()) {
      const chunk = chunks[heads[index] ?? 0];
      if (chunk && (!first || chunk.created_at < first.chunk.created_at)) first = { index, chunk };
    }
    if (!first) return all;
    all.push(first.chunk);
    heads[first.index] = (heads[first.index] ?? 0) + 1;
  }
}

/** The position of a follower: the next seq of each stream. Opaque to clients. */
export type Positions = Readonly<Record<string, number>>;

export const encodePositions = (positions: Positions): string =>
  Buffer.from(JSON.stringify(Object.entries(positions))).toString('base64url');

/** Null for any text that `encodePositions` did not make. */
export function decodePositions(text: string): Positions | null {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (!Array.isArray(parsed) || !parsed.every(isPosition)) return null;
    return Object.fromEntries(parsed);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

const isPosition = (value: unknown): value is [string, number] =>
  Array.isArray(value) &&
  value.length === 2 &&
  typeof value[0] === 'string' &&
  Number.isSafeInteger(value[1]);
