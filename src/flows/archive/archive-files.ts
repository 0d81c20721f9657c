import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';

import { Injectable } from '@nestjs/common';

import { Config } from '../../config/config.js';
import { newId } from '../../common/ids/ids.js';
import type { ArchivedDay } from './archive-rule.js';

const SUFFIX = '.ndjson.gz';
const CHECKSUM = '.sha256';

/**
 * Files `ARCHIVE_DIR/<collection>/<day>/<organisation>-<n>.ndjson.gz`, each with a file of its SHA-256. A file gets
 * its name only when it is complete and on the disk.
 */
@Injectable()
export class ArchiveFiles {
  constructor(private readonly config: Config) {}

  /** Complete files of the day, the oldest first. */
  async of(day: ArchivedDay): Promise<string[]> {
    const folder = this.folderOf(day);
    const names = (await readdir(folder).catch(emptyWhereAbsent)).filter(
      (name) => name.startsWith(`${nameOf(day)}-`) && name.endsWith(SUFFIX),
    );
    return names.sort((a, b) => numberOf(a) - numberOf(b)).map((name) => path.join(folder, name));
  }

  /** Writes the next file of the day, one value a line. Returns its path. */
  async write(day: ArchivedDay, values: AsyncIterable<object>): Promise<string> {
    const folder = this.folderOf(day);
    await mkdir(folder, { recursive: true });
    const file = path.join(folder, `${nameOf(day)}-${(await this.of(day)).length + 1}${SUFFIX}`);
    const part = `${file}.${newId()}.part`;
    await pipeline(Readable.from(linesOf(values)), createGzip(), createWriteStream(part));
    const digest = await sha256Of(part);
    await toDisk(part);
    await writeFile(`${file}${CHECKSUM}`, `${digest}  ${path.basename(file)}\n`, { flush: true });
    await rename(part, file);
    await toDisk(folder);
    return file;
  }

  /** Whether the file still has the checksum that was written with it. */
  async isWhole(file: string): Promise<boolean> {
    const noted = await readFile(`${file}${CHECKSUM}`, 'utf8').catch(emptyWhereAbsent);
    return String(noted).split(' ', 1)[0] === (await sha256Of(file));
  }

  /** The values in the file, one by one. */
  async *read(file: string): AsyncGenerator<unknown> {
    const input = createReadStream(file).pipe(createGunzip());
    for await (const line of createInterface({ input })) yield JSON.parse(line) as unknown;
  }

  private folderOf({ collection, day }: ArchivedDay): string {
    return path.join(this.config.archiveDir, collection, day);
  }
}

const nameOf = ({ orgId }: ArchivedDay): string => orgId ?? 'none';

const numberOf = (name: string): number => Number(/-(\d+)\.ndjson\.gz$/.exec(name)?.[1] ?? 0);

async function* linesOf(values: AsyncIterable<object>): AsyncGenerator<string> {
  for await (const value of values) yield `${JSON.stringify(value)}\n`;
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

async function toDisk(fileOrFolder: string): Promise<void> {
  const handle = await open(fileOrFolder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function emptyWhereAbsent(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}
