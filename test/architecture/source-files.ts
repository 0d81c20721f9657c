import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface SourceFile {
  /** From the repository's root, with slashes. */
  path: string;
  text: string;
}

/** The source files that a pattern finds, such as `src/**\/*.table.ts`. */
export const sourceFiles = (pattern: string): SourceFile[] =>
  globSync(pattern)
    .map((file) => ({ path: file.split(path.sep).join('/'), text: readFileSync(file, 'utf8') }))
    .toSorted((a, b) => a.path.localeCompare(b.path));

/** The folder that owns a file: `modules/users`, `flows/outbox`. */
export const ownerOf = (file: string): string => file.split('/').slice(1, 3).join('/');

/** What a module exports, for tests that ask the code itself. */
export const exportsOf = async (file: SourceFile): Promise<Record<string, unknown>> =>
  (await import(path.resolve(file.path))) as Record<string, unknown>;
