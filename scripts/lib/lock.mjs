import { execFileSync } from 'node:child_process';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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

/** Removes the lock of a dead owner. If another process has taken the lock in the meantime, puts it back. */
function dropDeadLock(file, seen) {
  const aside = `${file}.${process.pid}.dead`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  if (read(aside) !== seen) tryLock(file, read(aside));
  rmSync(aside, { force: true });
}

/**
 * Runs `work` while no other process does the same. The lock of a process that was killed is ignored.
 * @param {string} file the lock
 * @param {(ownerPid: number) => void} onWait called while another process holds it
 */
export async function withLock(file, onWait, work) {
  const content = `${process.pid} ${startOf(process.pid)}`;
  while (!tryLock(file, content)) {
    const seen = read(file);
    if (seen === null) continue;
    const [pid, ...start] = seen.split(' ');
    if (startOf(Number(pid)) === start.join(' ')) {
      onWait(Number(pid));
      await sleep(500);
    } else {
      dropDeadLock(file, seen);
    }
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}
