import { open, readFile, stat, writeFile } from 'node:fs/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ArchiveDamaged, ArchiveNotReadable } from '../../../src/cli/backup/backup.errors.js';
import { membersOf } from '../../../src/cli/backup/archive-reader.js';
import { checkArchive } from '../../../src/cli/backup/run-restore.js';
import { runCli } from '../cli/run-cli.js';
import { createTestStores, type TestStores } from '../../support/test-stores.js';
import { archiveFolder, backup, contentOf, emptyStores } from './archive-fixture.js';

/** The size of an archive whose every fifth byte of framing is changed; of a larger one fewer are. */
const SAMPLED_BYTES = 12_000;

describe('an archive that is not as it was written', () => {
  let source: TestStores;
  let target: TestStores;
  let archives: Awaited<ReturnType<typeof archiveFolder>>;
  let whole: Buffer;
  beforeAll(async () => {
    source = await createTestStores();
    target = await emptyStores();
    archives = await archiveFolder();
    const seeded = await runCli('db-seed', [], { ...source.env, DATA_DIR: archives.file('data') });
    expect(seeded.code).toBe(0);
    await backup(source, archives.file('whole.tar'));
    whole = await readFile(archives.file('whole.tar'));
  });
  afterAll(async () => {
    await archives.drop();
    await source.drop();
    await target.drop();
  });

  const verdictOn = async (bytes: Buffer): Promise<unknown> => {
    const file = archives.file('other.tar');
    await writeFile(file, bytes);
    return checkArchive(file).then(
      () => 'whole',
      (error: unknown) => error,
    );
  };
  /** Where each member's content begins. */
  const members = async (): Promise<Map<string, number>> => {
    const handle = await open(archives.file('whole.tar'));
    const found = new Map<string, number>();
    let position = 0;
    for await (const { name, bytes } of membersOf(handle)) {
      found.set(name, position + 512);
      position += bytes.reduce((sum, { length }) => sum + length, 0);
    }
    await handle.close();
    return found;
  };

  it('is verified where it is whole, by this program and by standard ones', async () => {
    const { manifest, header } = await checkArchive(archives.file('whole.tar'));
    expect(manifest.members.length).toBeGreaterThan(5);
    expect(header.postgres.migrations.length).toBeGreaterThan(0);
    expect((await stat(archives.file('whole.tar'))).mode & 0o777).toBe(0o600);
  });

  it('is refused whichever byte was changed', async () => {
    let flipped = 0;
    // A sample, denser where the framing is; an archive of many tables is read as often as one of few.
    const [framing, content] = [5, 47].map((step) => Math.ceil((step * whole.length) / SAMPLED_BYTES));
    for (let at = 0; at < whole.length; at += 1) {
      if (at % ((at % 512 < 160 ? framing : content) ?? 1) !== 0) continue;
      const copy = Buffer.from(whole);
      copy[at] = (copy[at] ?? 0) ^ 0x10;
      const verdict = await verdictOn(copy);
      if (!(verdict instanceof ArchiveDamaged) && !(verdict instanceof ArchiveNotReadable))
        throw new Error(`Byte ${at} was changed, and the archive passes: ${String(verdict)}`);
      flipped += 1;
    }
    console.log(`${flipped} of ${whole.length} bytes changed one by one: ${flipped} refused`);
  });

  it('is refused wherever it is cut off', async () => {
    for (let at = 0; at < whole.length; at += Math.ceil((101 * whole.length) / SAMPLED_BYTES)) {
      const verdict = await verdictOn(whole.subarray(0, at));
      expect(verdict instanceof ArchiveDamaged || verdict instanceof ArchiveNotReadable).toBe(true);
    }
    expect(await verdictOn(Buffer.concat([whole, Buffer.alloc(1)]))).toBeInstanceOf(ArchiveDamaged);
  });

  it('is refused without a member, naming it', async () => {
    const at = await members();
    const start = (at.get('postgres/users/000001.copy.gz') ?? 0) - 512;
    const end = (at.get('mongodb/activity_logs/000001.bson.gz') ?? 0) - 512;
    expect(await verdictOn(Buffer.concat([whole.subarray(0, start), whole.subarray(end)]))).toMatchObject({
      member: 'postgres/users/000001.copy.gz',
    });
  });

  it('names the damaged member, and touches no store', async () => {
    const at = (await members()).get('mongodb/activity_logs/000001.bson.gz') ?? 0;
    const copy = Buffer.from(whole);
    copy[at + 40] = (copy[at + 40] ?? 0) ^ 1;
    const file = archives.file('damaged.tar');
    await writeFile(file, copy);
    const before = await contentOf(target);
    const run = await runCli('db-restore', ['--from', file, '--force', '--yes'], target.env);
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toContain('The archive is damaged: mongodb/activity_logs/000001.bson.gz.');
    expect(await contentOf(target)).toEqual(before);
    expect(before).toEqual({ postgres: {}, mongodb: {} });
  });

  it('says where it was cut off', async () => {
    const file = archives.file('cut.tar');
    await writeFile(
      file,
      whole.subarray(0, ((await members()).get('postgres/users/000001.copy.gz') ?? 0) + 20),
    );
    const run = await runCli('db-restore', ['--from', file], target.env);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('postgres/users/000001.copy.gz');
    expect(run.stderr).toContain('cut off');
  });

  it('is refused in a version that this program does not know, and where it is something else', async () => {
    const copy = Buffer.from(whole.toString('latin1').replace('"version": 1', '"version": 2'), 'latin1');
    expect(await verdictOn(copy)).toMatchObject({ why: expect.stringContaining('version 2') });
    expect(await verdictOn(Buffer.from('PGDMP, or what you like'))).toBeInstanceOf(ArchiveNotReadable);
    expect(await verdictOn(Buffer.alloc(0))).toBeInstanceOf(ArchiveNotReadable);
    await expect(checkArchive(archives.file('nowhere.tar'))).rejects.toMatchObject({
      why: 'there is no such file',
    });
  });

  it('never takes the name of an archive before it is complete, nor replaces one', async () => {
    const again = await runCli('db-backup', ['--out', archives.file('whole.tar')], source.env);
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('there is a file of that name');
    const elsewhere = { ...source.env, MONGODB_URI: 'mongodb://127.0.0.1:9/x?serverSelectionTimeoutMS=300' };
    const failed = await runCli('db-backup', ['--out', archives.file('failed.tar')], elsewhere);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain('MongoDB cannot be reached.');
    await expect(stat(archives.file('failed.tar'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it.each([
    ['db-restore', []],
    ['db-restore', ['--from']],
    ['db-backup', ['--nonsense']],
  ])('%s %p is a wrong call: exit code 2', async (name, args) => {
    expect((await runCli(name, args, target.env)).code).toBe(2);
  });

  it.each(['db-backup', 'db-restore'])('%s --help says how', async (name) => {
    const run = await runCli(name, ['--help'], {});
    expect(run.code).toBe(0);
    expect(run.stdout).toContain('--json');
  });

  it.each([[['--check']], [[]]])('is told in words where a folder is named, %j', async (options) => {
    const run = await runCli('db-restore', ['--from', archives.file('.'), ...options], target.env);
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toContain('cannot be read');
    expect(run.stderr).not.toMatch(/\n\s+at /);
  });
});
