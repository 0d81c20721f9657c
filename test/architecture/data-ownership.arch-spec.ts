import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';
import { getTableName, isTable } from 'drizzle-orm';
import { Schema } from 'mongoose';

import { exportsOf, ownerOf, type SourceFile, sourceFiles } from './source-files.js';

interface Row {
  name: string;
  owner: string;
  writers: string[];
}

const code = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);

/** The rows under a heading of docs/data-ownership.md. */
function documented(heading: string): Row[] {
  const section =
    readFileSync('docs/data-ownership.md', 'utf8').split(`### ${heading}\n`)[1]?.split('\n#')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  return rows.map((line) => {
    const [, name, owner, third] = line.split('|');
    return { name: code(name)[0] ?? '', owner: code(owner)[0] ?? '', writers: code(third) };
  });
}

const withOwner = (rows: readonly Row[]): string[] =>
  rows.map(({ name, owner }) => `${name}: ${owner}`).toSorted();

async function tablesOf(file: SourceFile): Promise<{ identifier: string; name: string; owner: string }[]> {
  return Object.entries(await exportsOf(file)).flatMap(([identifier, value]) =>
    isTable(value) ? [{ identifier, name: getTableName(value), owner: ownerOf(file.path) }] : [],
  );
}

async function collectionsOf(file: SourceFile): Promise<string[]> {
  const schemas = Object.values(await exportsOf(file)).filter((value) => value instanceof Schema);
  return schemas.map((schema) => `${schema.get('collection')}: ${ownerOf(file.path)}`);
}

describe('docs/data-ownership.md', () => {
  it('has every table of PostgreSQL under its owner, and no other', async () => {
    const tables = (await Promise.all(sourceFiles('src/**/*.table.ts').map(tablesOf))).flat();
    expect(tables.length).toBeGreaterThan(0);
    expect(withOwner(documented('PostgreSQL'))).toEqual(
      tables.map(({ name, owner }) => `${name}: ${owner}`).toSorted(),
    );
  });

  it('has every collection of MongoDB under its owner, and no other', async () => {
    const collections = (await Promise.all(sourceFiles('src/**/*.schema.ts').map(collectionsOf))).flat();
    expect(collections.length).toBeGreaterThan(0);
    expect(withOwner(documented('MongoDB'))).toEqual(collections.toSorted());
  });

  it('names every folder that writes into a table of another', async () => {
    const tables = (await Promise.all(sourceFiles('src/**/*.table.ts').map(tablesOf))).flat();
    // The demo data of src/cli are written past the modules.
    const writes = sourceFiles('src/{modules,flows,cache}/**/*.pg.repository.ts').flatMap(({ path, text }) =>
      [...text.matchAll(/\.(?:insert|update|delete)\((\w+)\)/g)].flatMap(([, identifier]) => {
        const table = tables.find((candidate) => candidate.identifier === identifier);
        return table && table.owner !== ownerOf(path) ? [`${table.name} by ${ownerOf(path)}`] : [];
      }),
    );
    const allowed = documented('PostgreSQL').flatMap(({ name, writers }) =>
      writers.map((by) => `${name} by ${by}`),
    );
    expect([...new Set(writes)].toSorted()).toEqual(allowed.toSorted());
  });
});
