import { readdirSync } from 'node:fs';

import type { AccessRow, AccessRows } from './access-row.js';

const FOLDER = new URL('./', import.meta.url);

/** The rows of every `*.rows.ts` beside this file. Throws where a route has two. */
export async function loadRows(): Promise<ReadonlyMap<string, AccessRow>> {
  const rows = new Map<string, AccessRow>();
  for (const file of readdirSync(FOLDER).toSorted()) {
    if (!file.endsWith('.rows.ts')) continue;
    const loaded = (await import(new URL(file, FOLDER).pathname)) as { rows: AccessRows };
    for (const [route, row] of Object.entries(loaded.rows)) {
      if (rows.has(route)) throw new Error(`${file}: ${route} has a row already`);
      rows.set(route, row);
    }
  }
  return rows;
}
