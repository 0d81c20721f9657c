import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import postgres from 'postgres';

import { newId } from '../../../src/common/ids/ids.js';
import { createTestStores, type TestStores } from '../../support/test-stores.js';
import { lastJson, runCli } from './run-cli.js';

describe('dead-letters', () => {
  let stores: TestStores;
  let sql: postgres.Sql;
  const ids = [newId(), newId(), newId()];
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
  });
  afterAll(async () => {
    await sql.end();
    await stores.drop();
  });

  const run = (...args: string[]) =>
    runCli('dead-letters', args, { NODE_ENV: 'test', DATABASE_URL: stores.config.postgres.url });
  const dead = async (): Promise<number> =>
    (await sql`select 1 from outbox_queue where dead_at is not null`).length;

  it('explains itself, and refuses what it does not know', async () => {
    const help = await run('--help');
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('Usage: npm run dead-letters --');
    const wrong = [[], ['--bogus'], ['bogus'], ['show'], ['retry'], ['retry', newId(), '--all']];
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
    expect(json.dead_letters.map(({ id }) => id)).toEqual(ids);
  });

  it('shows one, without the address', async () => {
    const { code, stdout } = await run('show', ids[2] ?? '');
    expect(code).toBe(0);
    expect(stdout).toContain('{"n":2}');
    expect(stdout).not.toContain('ada@example.com');
    expect(lastJson(await run('show', ids[2] ?? '', '--json'))).toMatchObject({ id: ids[2], attempts: 8 });
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

  it('retries one, then all, then finds none', async () => {
    expect(lastJson(await run('retry', ids[0] ?? '', '--json'))).toEqual({ retried: 1 });
    expect(await dead()).toBe(2);
    expect((await run('retry', '--all')).stdout).toContain('2 events put back into the queue');
    expect(await dead()).toBe(0);
    expect((await run('list')).stdout).toContain('There are no dead letters.');
  });
});
