import { once } from 'node:events';

import { describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';

import { ZipSource } from '../../../src/modules/imports/reading/zip-source.js';
import { longestDelayMs } from '../../support/event-loop-delay.js';
import { timeLimit } from '../../support/time-limit.js';
import { usedMb } from '../../support/used-memory.js';

const MIB = 1_048_576;
const CENTRAL_HEADER = Buffer.from('PK\u0001\u0002', 'latin1');
const UNCOMPRESSED_SIZE = 24;

async function zipOf(files: Readonly<Record<string, Buffer>>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(files)) zip.addBuffer(content, name);
  zip.end();
  const parts: Buffer[] = [];
  zip.outputStream.on('data', (part: Buffer) => parts.push(part));
  await once(zip.outputStream, 'end');
  return Buffer.concat(parts);
}

/** The zip with another uncompressed size in its directory. */
function claiming(zip: Buffer, bytes: number): Buffer {
  const changed = Buffer.from(zip);
  for (let at = changed.indexOf(CENTRAL_HEADER); at !== -1; at = changed.indexOf(CENTRAL_HEADER, at + 1))
    changed.writeUInt32LE(bytes, at + UNCOMPRESSED_SIZE);
  return changed;
}

const sourceOf = (zip: Buffer): ZipSource =>
  new ZipSource(async function* (start, end) {
    yield zip.subarray(start, end);
  }, zip.length);

describe('a zip that is much larger inside', () => {
  it('is refused as soon as it inflates to more than it claims', async () => {
    const zip = claiming(await zipOf({ 'tags.json': Buffer.alloc(200 * MIB, ' ') }), 20);
    expect(zip.length).toBeLessThan(MIB);
    const before = await usedMb();
    let refused: unknown = null;
    const delayMs = await longestDelayMs(async () => {
      await sourceOf(zip)
        .count()
        .catch((error: unknown) => (refused = error));
    });
    expect(refused).toMatchObject({ code: 'imports.malformed_file' });
    expect(delayMs).toBeLessThan(timeLimit(50) * 2);
    expect((await usedMb()) - before).toBeLessThan(20);
  });

  it('is refused when one item of it is too large', async () => {
    const entry = Buffer.concat([Buffer.from('---\ntitle: x\n---\n'), Buffer.alloc(100 * MIB, 'x')]);
    const source = sourceOf(await zipOf({ 'entries/2026/2026-01-01-a.md': entry }));
    const reading = async () => {
      for await (const item of source.items('entries')) expect(item.fault).not.toBeNull();
    };
    await expect(reading()).rejects.toMatchObject({ code: 'imports.item_too_large' });
  });
});
