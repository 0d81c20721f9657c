// Node 12.20 syntax (see bootstrap.mjs).
import fs from 'fs';
import os from 'os';
import path from 'path';
import { fileURLToPath } from 'url';

import { Failure } from './failure.mjs';

/** The clone that this script belongs to. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Where fetched and built programs live: one folder of the user for all clones (XDG base directories). */
export function cacheFolder() {
  const xdg = process.env.XDG_CACHE_HOME;
  const base = xdg && path.isAbsolute(xdg) ? xdg : path.join(os.homedir(), '.cache');
  return path.join(base, 'triptych');
}

/** A folder below the cache folder, created. */
export function cachePath(...parts) {
  const folder = path.join(cacheFolder(), ...parts);
  try {
    fs.mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new Failure('The cache folder cannot be created.', {
      why: error.message,
      remedies: ['name a folder that you can write to: XDG_CACHE_HOME=/path npm run …'],
    });
  }
  return folder;
}

/** Whether a file exists and may be executed. */
export function isExecutable(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'EACCES' || error.code === 'ENOTDIR') return false;
    throw error;
  }
}

/** The first executable of this name on a PATH, or null. */
export function findOnPath(name, searchPath) {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const folders = (searchPath || '').split(path.delimiter).filter(Boolean);
  for (const folder of folders) {
    const file = path.join(folder, name + suffix);
    if (isExecutable(file)) return file;
  }
  return null;
}

/**
 * Fills a folder of the cache in one step: `fill` works on a temporary folder, which is then renamed. Two concurrent
 * starts may both do the work; the second one's result is dropped.
 */
export async function fillFolder(folder, fill) {
  const temporary = folder + '.' + process.pid + '.tmp';
  fs.mkdirSync(temporary, { recursive: true });
  try {
    await fill(temporary);
    fs.renameSync(temporary, folder);
  } catch (error) {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  } finally {
    removeFolder(temporary);
  }
}

/** Removes a folder with all its contents, if it exists. */
export function removeFolder(folder) {
  const remove = fs.rmSync || fs.rmdirSync;
  if (fs.existsSync(folder)) remove(folder, { recursive: true, force: true });
}
