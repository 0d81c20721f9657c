import { execFileSync } from 'node:child_process';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const read = (file) => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ESRCH') return null;
    throw error;
  }
};

/** Distinguishes a process from a later one with the same pid. Null if there is none. */
function startOf(pid) {
  if (process.platform === 'linux') {
    const stat = read(`/proc/${pid}/stat`);
    return stat && stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  }
  if (process.platform === 'win32') return isAlive(pid) ? 'alive' : null;
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
  } catch (error) {
    if (error.status === 1) return null;
    throw error;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function tryLock(file, content) {
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, content);
  try {
    linkSync(mine, file);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(mine, { force: true });
  }
}

/** The pid of the living process that has written this. Null if there is none. */
function livingOwner(content) {
  const [pid, ...start] = content.split(' ');
  return startOf(Number(pid)) === start.join(' ') ? Number(pid) : null;
}

/** Takes the lock, or returns the pid of the living process that holds it. Null: taken. */
function acquire(file) {
  const content = `${process.pid} ${startOf(process.pid)}`;
  while (!tryLock(file, content)) {
    const seen = read(file);
    if (seen === null) continue;
    const owner = livingOwner(seen);
    if (owner !== null) return owner;
    dropDeadLock(file, seen);
  }
  return null;
}

/**
 * Removes a dead owner's lock, under a lock of its own: no other process can have removed it and taken the lock between the
 * look and the removal. Does nothing while another process holds that one.
 */
function dropDeadLock(file, seen) {
  const guard = `${file}.dead`;
  if (acquire(guard) !== null) return;
  try {
    if (read(file) === seen) rmSync(file);
  } finally {
    rmSync(guard);
  }
}

/**
 * Runs `work` while no other process does the same. The lock of a process that was killed is ignored.
 * @param {string} file the lock
 * @param {(ownerPid: number) => void} onWait called while another process holds it
 */
export async function withLock(file, onWait, work) {
  for (let owner = acquire(file); owner !== null; owner = acquire(file)) {
    onWait(owner);
    await sleep(500);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}
