import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import postgres from 'postgres';

import { newId } from '../../../src/common/ids/ids.js';
import { packed } from '../../../src/flows/ingest/ingested-documents.mongo.repository.js';
import { aDocument } from '../spool/spool-harness.js';
import { createTestStores, type TestStores } from '../../support/test-stores.js';
import { lastJson, runCli } from './run-cli.js';

describe('dead-letters', () => {
  let stores: TestStores;
  let sql: postgres.Sql;
  const ids = [newId(), newId(), newId()];
  const given = aDocument(
    { payload: { from: 'spool' }, user_email: 'ada@example.com' },
    { subjectUserId: newId() },
  );
  beforeAll(async () => {
    stores = await createTestStores();
    sql = postgres(stores.config.postgres.url, { max: 1 });
    for (const [n, id] of ids.entries()) {
      await sql`
        insert into outbox_events (id, aggregate_type, aggregate_id, organization_id, type, subject_user_id, subject_email,
          payload, tags, recorded_at)
        values (${id}, 'user', ${id}, ${newId()}, 'user.updated', ${id}, 'ada@example.com', ${sql.json({ n })}, '{}', now())`;
      await sql`
        insert into outbox_queue (event_id, aggregate, available_at, attempts, last_error, dead_at)
        values (${id}, ${`user:${id}`}, now(), 8, 'E11000 duplicate', now() - ${n} * interval '1 second')`;
    }
    await sql`
      insert into spool (id, organization_id, collection, aggregate, document, subject_user_id, tags, accepted_at,
        available_at, attempts, last_error, dead_at)
      values (${given.document._id}, ${given.orgId}, ${given.collection}, ${given.aggregate},
        ${Buffer.from(packed(given))}, ${given.subjectUserId}, '{}', now(), now(), 8, 'refused', now() - interval '1 hour')`;
  });
  afterAll(async () => {
    await sql.end();
    await stores.drop();
  });

  const run = (...args: string[]) =>
    runCli('dead-letters', args, {
      NODE_ENV: 'test',
      DATABASE_URL: stores.config.postgres.url,
      MONGODB_URI: stores.config.mongo.uri,
    });
  const dead = async (): Promise<number> =>
    (
      await sql`
        select 1 from outbox_queue where dead_at is not null union all select 1 from spool where dead_at is not null`
    ).length;

  it('explains itself, and refuses what it does not know', async () => {
    const help = await run('--help');
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('Usage: npm run dead-letters --');
    const wrong = [
      [],
      ['--bogus'],
      ['bogus'],
      ['show'],
      ['retry'],
      ['retry', newId(), '--all'],
      ['list', '--source', 'x'],
      ['retry', newId(), '--source', 'spool'],
    ];
    const runs = await Promise.all(wrong.map((args) => run(...args)));
    expect(runs.map(({ code, stdout }) => [code, stdout])).toEqual(wrong.map(() => [2, '']));
  });

  it('lists them in a table, the last one first, and as JSON', async () => {
    const { code, stdout } = await run('list', '--limit', '2');
    expect(code).toBe(0);
    expect(stdout).toContain('last error');
    expect(stdout.indexOf(ids[0] ?? '-')).toBeLessThan(stdout.indexOf(ids[1] ?? '-'));
    expect(stdout).toContain('2 dead letters, and more');
    const json = lastJson(await run('list', '--json')) as { dead_letters: { id: string }[] };
    expect(json.dead_letters.map(({ id }) => id)).toEqual([...ids, given.document._id]);
    const spooled = lastJson(await run('list', '--source', 'spool', '--json'));
    expect(spooled).toMatchObject({ dead_letters: [{ id: given.document._id, source: 'spool' }] });
  });

  it('shows one, without the address', async () => {
    const { code, stdout } = await run('show', ids[2] ?? '');
    expect(code).toBe(0);
    expect(stdout).toContain('{"n":2}');
    expect(stdout).not.toContain('ada@example.com');
    expect(lastJson(await run('show', ids[2] ?? '', '--json'))).toMatchObject({ id: ids[2], attempts: 8 });
  });

  it('shows a document of the spool, without the address', async () => {
    const { code, stdout } = await run('show', given.document._id);
    expect(code).toBe(0);
    expect(stdout).toContain('{"from":"spool"}');
    expect(stdout).not.toContain('ada@example.com');
  });

  it('fails for what is no dead letter', async () => {
    const wrong = [
      ['show', newId()],
      ['show', 'x'],
      ['retry', newId()],
      ['retry', 'x'],
    ];
    for (const { code, stderr } of await Promise.all(wrong.map((args) => run(...args)))) {
      expect(code).toBe(1);
      expect(stderr).toContain('There is no such dead letter.');
    }
  });

  it('retries one, then those of a source, then all, then finds none', async () => {
    expect(lastJson(await run('retry', ids[0] ?? '', '--json'))).toEqual({ retried: 1 });
    expect(await dead()).toBe(3);
    expect(lastJson(await run('retry', '--all', '--source', 'spool', '--json'))).toEqual({ retried: 1 });
    expect(await dead()).toBe(2);
    expect((await run('retry', '--all')).stdout).toContain('2 dead letters put back into the queue');
    expect(await dead()).toBe(0);
    expect((await run('list')).stdout).toContain('There are no dead letters.');
  });
});
