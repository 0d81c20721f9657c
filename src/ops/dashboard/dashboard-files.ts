import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

import { Injectable } from '@nestjs/common';

import { NotFound } from '../../common/errors/kinds.js';
import { etagOf } from '../../common/http/etag.js';
import { packageRoot } from '../../config/package-root.js';

/** The folder to which the build writes it. */
const FOLDER = path.join(packageRoot, 'dist', 'dashboard');
const PAGE = 'index.html';
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export interface DashboardFile {
  type: string;
  plain: Buffer;
  gzipped: Buffer;
  etag: string;
}

/** The built dashboard, read once and kept in memory. Less than 1 MB. */
@Injectable()
export class DashboardFiles {
  private loading: Promise<ReadonlyMap<string, DashboardFile>> | null = null;

  /** Throws `NotFound` if the dashboard was not built. */
  page(): Promise<DashboardFile> {
    return this.file(PAGE, 'The dashboard was not built: npm run build.');
  }

  /** Throws `NotFound`. */
  asset(name: string): Promise<DashboardFile> {
    return this.file(`assets/${name}`, 'There is no such file.');
  }

  private async file(name: string, otherwise: string): Promise<DashboardFile> {
    const files = await (this.loading ??= load().catch((error: unknown) => {
      this.loading = null;
      throw error;
    }));
    const found = files.get(name);
    if (found) return found;
    // A build may still be under way, so the next request tries again.
    if (files.size === 0) this.loading = null;
    throw new NotFound(otherwise);
  }
}

async function load(): Promise<ReadonlyMap<string, DashboardFile>> {
  const names = [...(await namesIn('')), ...(await namesIn('assets'))].filter(
    (name) => path.extname(name) in TYPES,
  );
  return new Map(await Promise.all(names.map(async (name) => [name, await read(name)] as const)));
}

async function namesIn(folder: string): Promise<string[]> {
  if (!existsSync(path.join(FOLDER, folder))) return [];
  const entries = await readdir(path.join(FOLDER, folder), { withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => path.posix.join(folder, name));
}

async function read(name: string): Promise<DashboardFile> {
  const plain = await readFile(path.join(FOLDER, name));
  const gzipped = await promisify(gzip)(plain, { level: 9 });
  return { type: TYPES[path.extname(name)] ?? '', plain, gzipped, etag: etagOf(plain) };
}
