import { PassThrough, Readable } from 'node:stream';
import { finished } from 'node:stream/promises';

import { ZipFile } from 'yazl';

/** A file of an archive. */
export interface ArchivedFile {
  path: string;
  content: AsyncIterable<string> | readonly string[];
}

/** A zip of these files. Each is read only once the one before it was taken, so that one is in memory. */
export async function* zipArchive(at: Date, files: AsyncIterable<ArchivedFile>): AsyncGenerator<Uint8Array> {
  const zip = new ZipFile();
  const output = new PassThrough();
  zip.outputStream.pipe(output);
  zip.on('error', (error: Error) => output.destroy(error));
  const feeding = feed(zip, at, files, output).catch((error: unknown) => {
    output.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  try {
    for await (const chunk of output) yield chunk as Uint8Array;
    await feeding;
  } finally {
    output.destroy();
  }
}

async function feed(
  zip: ZipFile,
  mtime: Date,
  files: AsyncIterable<ArchivedFile>,
  output: PassThrough,
): Promise<void> {
  for await (const { path, content } of files) {
    if (output.destroyed) return;
    const stream = Readable.from(content, { objectMode: false });
    const closed = (): void => void stream.destroy();
    output.once('close', closed);
    zip.addReadStream(stream, path, { mtime });
    await finished(stream);
    output.off('close', closed);
  }
  zip.end();
}
