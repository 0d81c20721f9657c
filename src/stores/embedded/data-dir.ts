import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { Env } from '../../config/aliases.js';
import { EmbeddedStoreFailed } from './embedded-store.errors.js';
import { hasCode } from './process-identity.js';

const LOG_LIMIT_BYTES = 10 * 1024 * 1024;

/** The layout of `DATA_DIR`. */
export class DataDir {
  readonly path: string;

  constructor(folder: string) {
    this.path = path.resolve(folder);
  }

  static of(env: Env): DataDir {
    return new DataDir(env['DATA_DIR'] || '.data');
  }

  get storesFile(): string {
    return this.in('stores.json');
  }

  /** The ports and processes of the last run, which the next run reads. */
  get stateFile(): string {
    return this.in('run', 'state.json');
  }

  get lockFile(): string {
    return this.in('run', 'supervisor.lock');
  }

  in(...parts: string[]): string {
    return path.join(this.path, ...parts);
  }

  /**
   * Creates the folders. All users may read them except `secrets`, because PostgreSQL may have to run as another user.
   */
  create(): void {
    try {
      mkdirSync(this.path, { recursive: true, mode: 0o755 });
      for (const folder of ['run', 'logs']) mkdirSync(this.in(folder), { recursive: true });
      mkdirSync(this.in('secrets'), { recursive: true, mode: 0o700 });
    } catch (error) {
      if (!hasCode(error, 'EACCES', 'EROFS', 'ENOTDIR', 'EEXIST', 'EPERM')) throw error;
      throw new EmbeddedStoreFailed('The data folder cannot be created.', String(error), [
        'name one that you can write to: DATA_DIR=/path npm run …',
      ]);
    }
  }

  /** The log file of a program. A large old log is renamed first. */
  async logFile(name: string): Promise<string> {
    const file = this.in('logs', `${name}.log`);
    try {
      if ((await stat(file)).size > LOG_LIMIT_BYTES) await rename(file, `${file}.1`);
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error;
    }
    return file;
  }

  /** A secret that is created once and readable only by its owner. Null if it does not exist. */
  async readSecret(name: string): Promise<string | null> {
    try {
      return (await readFile(this.in('secrets', name), 'utf8')).trim();
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return null;
      throw error;
    }
  }

  async secret(name: string, make: (random: Buffer) => string): Promise<string> {
    const known = await this.readSecret(name);
    if (known !== null) return known;
    const made = make(randomBytes(32));
    await mkdir(this.in('secrets'), { recursive: true, mode: 0o700 });
    await writeFile(this.in('secrets', name), `${made}\n`, { mode: 0o600 });
    return made;
  }
}

/** Replaces a JSON file in one step, so that a reader sees the old or the new content, never a part. */
export function writeJsonAtomically(file: string, value: unknown): void {
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  chmodSync(temporary, 0o600);
  renameSync(temporary, file);
}
