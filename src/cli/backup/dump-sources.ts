import type { ArchiveWriter } from './archive-writer.js';
import type { ConsistentCut } from './consistent-cut.js';
import { copyOut } from './copy-streams.js';
import { type Database, rawDocuments } from './documents.mongo.repository.js';
import { PartWriter } from './part-writer.js';
import type { CatalogTable } from './postgres-catalog.js';
import type { PostgresSnapshot } from './postgres-snapshot.js';
import { type SourceFigures, SourceProgress } from './progress.js';

const LINE_FEED = 10;

/** In COPY's text format a row ends with a line feed, and line feeds in values are escaped. */
function countRows(chunk: Uint8Array): number {
  let count = 0;
  for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, at + 1)) count += 1;
  return count;
}

/** Writes the rows of a table as of the snapshot, in COPY's text format. */
export async function dumpTable(
  archive: ArchiveWriter,
  { tx }: PostgresSnapshot,
  { name, qualified, columns }: CatalogTable,
): Promise<SourceFigures> {
  const progress = new SourceProgress('postgres', name);
  const parts = new PartWriter(archive, { store: 'postgres', source: name });
  const list = columns.map(({ quoted }) => quoted).join(', ');
  // A query, because COPY of a partitioned table returns no rows.
  for await (const chunk of copyOut(tx, `copy (select ${list} from ${qualified}) to stdout`)) {
    await parts.add(chunk, countRows(chunk));
    progress.reached(parts.records, parts.totalBytes);
  }
  await parts.end();
  return progress.done(parts.records, parts.totalBytes);
}

/** Writes the documents of a collection that belong to the cut, as BSON, like mongodump. */
export async function dumpCollection(
  archive: ArchiveWriter,
  db: Database,
  cut: ConsistentCut,
  name: string,
): Promise<SourceFigures> {
  const progress = new SourceProgress('mongodb', name);
  const parts = new PartWriter(archive, { store: 'mongodb', source: name });
  for await (const batch of rawDocuments(db, name)) {
    const selected = await cut.select(name, batch);
    // Copied, because the documents share the buffer of the whole answer.
    if (selected.length > 0) await parts.add(Buffer.concat(selected), selected.length);
    progress.reached(parts.records, parts.totalBytes);
  }
  await parts.end();
  return progress.done(parts.records, parts.totalBytes);
}
