import { Readable } from 'node:stream';

import { LRUCache } from 'lru-cache';
import { RandomAccessReader } from 'yauzl';

import { CHUNK_BYTES } from '../../exports/files/private-file.js';

/** Of a zip: where its directory is read, and where its files are. */
const MAX_HELD = 4;

export type ReadRange = (start: number, end: number) => AsyncIterable<Buffer>;

/** Lets a zip be read from a stored file. The chunks that were read last are held, because a zip is read in many small pieces. */
export class FileRangeReader extends RandomAccessReader {
  private readonly held = new LRUCache<number, Buffer>({ max: MAX_HELD });
  /** What the store has answered: the zip's own reader wraps it. */
  failure: unknown = null;

  constructor(
    private readonly read_: ReadRange,
    private readonly size: number,
  ) {
    super();
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.bytes(start, end), { objectMode: false });
  }

  private async *bytes(start: number, end: number): AsyncGenerator<Buffer> {
    for (let at = start; at < end;) {
      const n = Math.floor(at / CHUNK_BYTES);
      const chunk = await this.chunk(n);
      const base = n * CHUNK_BYTES;
      const part = chunk.subarray(at - base, Math.min(chunk.length, end - base));
      if (part.length === 0) return;
      yield part;
      at += part.length;
    }
  }

  private async chunk(n: number): Promise<Buffer> {
    const held = this.held.get(n);
    if (held) return held;
    try {
      const parts: Buffer[] = [];
      const base = n * CHUNK_BYTES;
      for await (const part of this.read_(base, Math.min(this.size, base + CHUNK_BYTES))) parts.push(part);
      const chunk = Buffer.concat(parts);
      this.held.set(n, chunk);
      return chunk;
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }
}
