import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { drift } from '../../../src/cli/drizzle-kit/generate.js';
import { migrationsFolder, readMigrations } from '../../../src/stores/postgres/migrations/index.js';

describe('the migrations of this repository', () => {
  it('leave the tables as src/**/*.table.ts declares them', async () => {
    expect(await drift(migrationsFolder, process.env)).toEqual([]);
  });

  it('are the ones in the journal, each with what undoes it', async () => {
    const migrations = await readMigrations();
    const journal = JSON.parse(await readFile(path.join(migrationsFolder, 'meta/_journal.json'), 'utf8')) as {
      entries: { tag: string }[];
    };
    expect(journal.entries.map(({ tag }) => tag)).toEqual(migrations.map(({ name }) => name));
    const incomplete = migrations.filter(
      ({ down }) => down === null || down.join('\n').includes('irreversible'),
    );
    expect(incomplete.map(({ name }) => name)).toEqual([]);
  });
});
