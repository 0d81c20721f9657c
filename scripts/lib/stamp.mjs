import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

function filesBelow(entry) {
  return readdirSync(entry, { withFileTypes: true, recursive: true })
    .filter((found) => found.isFile())
    .map((found) => path.join(found.parentPath, found.name))
    .sort();
}

/** A hash over names and contents of files, of folders with all their contents, and of further texts. */
export function hashOf(base, { files = [], folders = [], texts = [] }) {
  const hash = createHash('sha256');
  const absolute = files.map((name) => path.join(base, name)).filter(existsSync);
  const all = [...absolute, ...folders.flatMap((name) => filesBelow(path.join(base, name)))];
  for (const file of all)
    hash
      .update(`${path.relative(base, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  for (const text of texts) hash.update(`${text}\0`);
  return hash.digest('hex');
}

/** Whether the stamp shows that the work was done for exactly this input. */
export const isStamped = (file, hash) => existsSync(file) && readFileSync(file, 'utf8') === hash;

export const stamp = (file, hash) => writeFileSync(file, hash);
