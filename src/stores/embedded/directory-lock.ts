import { randomUUID } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';

import { hasCode, startOf } from './process-identity.js';

const read = async (file: string): Promise<string | null> => {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
};

async function tryLock(file: string, content: string): Promise<boolean> {
  const mine = `${file}.${randomUUID()}`;
  await writeFile(mine, content);
  try {
    await link(mine, file);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(mine, { force: true });
  }
}

const parse = (content: string): { pid: number; start: string } => {
  const [pid = '', ...start] = content.split(' ');
  return { pid: Number(pid), start: start.join(' ') };
};

/**
 * Removes a dead owner's lock, under a lock of its own: no other process can have removed it and taken the lock between the
 * look and the removal. Does nothing while another process holds that one.
 */
async function dropDeadLock(file: string, seen: string): Promise<void> {
  const guard = `${file}.dead`;
  if ((await acquireLock(guard)) !== null) return;
  try {
    if ((await read(file)) === seen) await rm(file);
  } finally {
    await rm(guard);
  }
}

async function livingOwner(content: string): Promise<number | null> {
  const { pid, start } = parse(content);
  return (await startOf(pid)) === start ? pid : null;
}

/** The pid of the living process that holds the lock, or null. */
export async function lockOwner(file: string): Promise<number | null> {
  const content = await read(file);
  return content === null ? null : livingOwner(content);
}

/**
 * Takes a lock: a file that names its owner. An owner that has died, in whatever way, does not hold the lock any more.
 * @returns null on success, else the living owner's pid
 */
export async function acquireLock(file: string): Promise<number | null> {
  const content = `${process.pid} ${await startOf(process.pid)}`;
  while (!(await tryLock(file, content))) {
    const seen = await read(file);
    if (seen === null) continue;
    const owner = await livingOwner(seen);
    if (owner !== null) return owner;
    await dropDeadLock(file, seen);
  }
  return null;
}

export const releaseLock = (file: string): Promise<void> => rm(file, { force: true });
