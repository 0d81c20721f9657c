import type { FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

import type { TransactionSql } from 'postgres';

import { parsePartName, type PartName } from './archive-format.js';
import { membersOf } from './archive-reader.js';
import { ArchiveDamaged, RestoreFailed } from './backup.errors.js';
import { copyIn } from './copy-streams.js';
import { type Database, insertRaw, splitDocuments } from './documents.mongo.repository.js';
import type { CatalogTable } from './postgres-catalog.js';
import { type SourceFigures, SourceProgress } from './progress.js';
import type { VerifiedArchive } from './verify-archive.js';

const decompress = promisify(gunzip);

interface Part extends PartName {
  content: Buffer;
  records: number;
}

/** The parts of one store in order. They were verified before, and a change of the file since then is detected. */
async function* partsOf(
  handle: FileHandle,
  { manifest }: VerifiedArchive,
  store: PartName['store'],
): AsyncGenerator<Part> {
  const stated = new Map(manifest.members.map((member) => [member.name, member]));
  for await (const member of membersOf(handle)) {
    const name = parsePartName(member.name);
    if (name?.store !== store) continue;
    const entry = stated.get(member.name);
    if (!entry || entry.sha256 !== member.sha256)
      throw new ArchiveDamaged(member.name, 'it was changed while it was being restored');
    yield { ...name, content: await decompress(member.content), records: entry.records };
  }
}

/** Groups the parts by table or collection. `parts` has to be read to its end before the next group. */
async function* sourcesOf(
  all: AsyncGenerator<Part>,
): AsyncGenerator<{ source: string; parts: AsyncGenerator<Part> }> {
  let next = await all.next();
  async function* run(source: string): AsyncGenerator<Part> {
    while (!next.done && next.value.source === source) {
      yield next.value;
      next = await all.next();
    }
  }
  while (!next.done) {
    const { source } = next.value;
    yield { source, parts: run(source) };
  }
}

async function* copyRows(
  parts: AsyncGenerator<Part>,
  loaded: { records: number; bytes: number },
  progress: SourceProgress,
): AsyncGenerator<Uint8Array> {
  for await (const { content, records } of parts) {
    yield content;
    loaded.records += records;
    loaded.bytes += content.length;
    progress.reached(loaded.records, loaded.bytes);
  }
}

async function loadTable(
  tx: TransactionSql,
  table: CatalogTable,
  parts: AsyncGenerator<Part>,
): Promise<SourceFigures> {
  const progress = new SourceProgress('postgres', table.name);
  const loaded = { records: 0, bytes: 0 };
  const list = table.columns.map(({ quoted }) => quoted).join(', ');
  await copyIn(tx, `copy ${table.qualified} (${list}) from stdin`, copyRows(parts, loaded, progress));
  const [row] = await tx.unsafe<{ n: number }[]>(`select count(*)::float8 as n from ${table.qualified}`);
  if (row?.n !== loaded.records)
    throw new RestoreFailed(`${table.name} is not complete.`, `${row?.n} of ${loaded.records} rows`);
  return progress.done(loaded.records, loaded.bytes);
}

async function loadCollection(
  db: Database,
  name: string,
  parts: AsyncGenerator<Part>,
): Promise<SourceFigures> {
  const progress = new SourceProgress('mongodb', name);
  const loaded = { records: 0, bytes: 0 };
  for await (const { content } of parts) {
    loaded.records += await insertRaw(db, name, splitDocuments(content));
    loaded.bytes += content.length;
    progress.reached(loaded.records, loaded.bytes);
  }
  return progress.done(loaded.records, loaded.bytes);
}

/** Loads the rows of every table into `tx`. */
export async function loadTables(
  handle: FileHandle,
  archive: VerifiedArchive,
  tx: TransactionSql,
  tables: ReadonlyMap<string, CatalogTable>,
): Promise<SourceFigures[]> {
  const figures: SourceFigures[] = [];
  for await (const { source, parts } of sourcesOf(partsOf(handle, archive, 'postgres'))) {
    const table = tables.get(source);
    if (!table) throw new RestoreFailed(`The table ${source} is not there.`, 'the archive has rows of it');
    figures.push(await loadTable(tx, table, parts));
  }
  return figures;
}

/** Loads the documents of every collection. */
export async function loadCollections(
  handle: FileHandle,
  archive: VerifiedArchive,
  db: Database,
): Promise<SourceFigures[]> {
  const figures: SourceFigures[] = [];
  for await (const { source, parts } of sourcesOf(partsOf(handle, archive, 'mongodb')))
    figures.push(await loadCollection(db, source, parts));
  return figures;
}
