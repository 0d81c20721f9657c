import { spawnSync } from 'node:child_process';
import { appendFile, chown, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import postgres from 'postgres';

import { embeddedPostgres } from '../../src/stores/embedded/embedded-postgres.js';
import { clusterFolder } from '../../src/stores/embedded/postgres-cluster.js';
import { placePostgres } from '../../src/stores/embedded/postgres-placement.js';
import { privateDataDir, PrivateStore } from './private-store.js';

export interface StreamingReplica {
  store: PrivateStore;
  url: string;
}

/** A hot standby of a private PostgreSQL that was started under `name`, with PostgreSQL's own streaming replication. */
export async function startReplica(name: string, primary: PrivateStore): Promise<StreamingReplica> {
  const from = clusterFolder(await placePostgres(await privateDataDir(name, { fresh: false })));
  const data = await privateDataDir(`${name}-replica`, { fresh: true });
  const placement = await placePostgres(data);
  const cluster = clusterFolder(placement);
  await rm(cluster, { recursive: true, force: true });
  await mkdir(cluster, { mode: 0o700 });
  await writeFile(path.join(cluster, 'backup_label'), await copyWhileRunning(primary.url, from, cluster));
  await writeFile(path.join(cluster, 'standby.signal'), '');
  const { username, password, port } = new URL(primary.url);
  await appendFile(
    path.join(cluster, 'postgresql.auto.conf'),
    `primary_conninfo = 'host=127.0.0.1 port=${port} user=${username} password=${password}'\n`,
  );
  const { user } = placement;
  if (user) {
    const made = ['', 'backup_label', 'standby.signal'].map((file) => path.join(cluster, file));
    await Promise.all(made.map((file) => chown(file, user.uid, user.gid)));
  }
  const store = await PrivateStore.start(await embeddedPostgres(data));
  // It has the accounts of the primary.
  const url = new URL(primary.url);
  url.port = new URL(store.url).port;
  return { store, url: url.toString() };
}

/**
 * The low-level base backup (PostgreSQL, 25.3.4 "Making a Base Backup Using the Low Level API"). Returns the text of
 * its label.
 */
async function copyWhileRunning(url: string, from: string, to: string): Promise<string> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    await sql`select pg_backup_start('replica', true)`;
    const { status, stderr } = spawnSync('cp', ['-a', `${from}/.`, to], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    await rm(path.join(to, 'postmaster.pid'), { force: true });
    const [row] = await sql<{ labelfile: string }[]>`select labelfile from pg_backup_stop(false)`;
    return row?.labelfile ?? '';
  } finally {
    await sql.end();
  }
}
