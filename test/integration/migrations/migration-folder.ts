import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/** A folder of migrations that a test writes itself. */
export interface MigrationFolder {
  path: string;
  /** `0001_a.sql` → its text. */
  write: (files: Readonly<Record<string, string>>) => Promise<void>;
  remove: (...files: string[]) => Promise<void>;
  drop: () => Promise<void>;
}

export async function createMigrationFolder(
  files: Readonly<Record<string, string>> = {},
): Promise<MigrationFolder> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'triptych-migrations-'));
  const write = async (more: Readonly<Record<string, string>>) => {
    for (const [name, text] of Object.entries(more)) await writeFile(path.join(folder, name), text);
  };
  await write(files);
  return {
    path: folder,
    write,
    remove: async (...names) => {
      for (const name of names) await rm(path.join(folder, name));
    },
    drop: () => rm(folder, { recursive: true }),
  };
}
