import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eq, inArray, sql } from 'drizzle-orm';
import { pgTable, text } from 'drizzle-orm/pg-core';

import { parseConfig } from '../../../src/config/parse-config.js';
import { compiled } from '../../../src/stores/postgres/compiled.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { createTestStores, type TestStores } from '../../support/test-stores.js';

const notes = pgTable('notes', { id: text().notNull(), body: text() });
const byId = compiled<{ id: string }, { id: string; body: string | null }[]>((db) =>
  db
    .select()
    .from(notes)
    .where(sql`${notes.id} = ${sql.placeholder('id')}`)
    .prepare('notes_by_id'),
);

describe('statements', () => {
  let stores: TestStores;
  let postgres: Postgres;
  const start = (env: Record<string, string> = {}): Postgres =>
    new Postgres(parseConfig({ ...stores.env, DATABASE_POOL_MIN: '1', DATABASE_POOL_MAX: '1', ...env }));
  beforeAll(async () => {
    stores = await createTestStores();
    postgres = start();
    await postgres.sql`create table notes (id text not null, body text)`;
    await postgres.run((db) => db.insert(notes).values([{ id: 'a' }, { id: 'b' }]));
  });
  afterAll(async () => {
    await postgres.onApplicationShutdown();
    await stores.drop();
  });

  const preparedOn = async (one: Postgres): Promise<string[]> => {
    const rows = await one.sql<
      { statement: string }[]
    >`select statement from pg_prepared_statements where statement like '%"notes"%' order by 1`;
    return rows.map(({ statement }) => statement);
  };

  it('are prepared once for each text, inside transactions too, and not where they hold a list', async () => {
    for (let n = 0; n < 3; n += 1) {
      expect(await postgres.run((db) => byId(db, { id: 'a' }))).toEqual([{ id: 'a', body: null }]);
      const found = await postgres.transaction((tx) => tx.transaction((inner) => byId(inner, { id: 'b' })));
      expect(found).toEqual([{ id: 'b', body: null }]);
      const written = await postgres.transaction((tx) =>
        tx.update(notes).set({ body: null }).where(eq(notes.id, 'b')).returning(),
      );
      expect(written).toHaveLength(1);
    }
    const ids = Array.from({ length: 41 }, (_, n) => (n === 0 ? 'a' : String(n)));
    const listed = await postgres.run((db) => db.select().from(notes).where(inArray(notes.id, ids)));
    expect(listed).toEqual([{ id: 'a', body: null }]);
    const statements = await preparedOn(postgres);
    expect(statements.filter((statement) => statement.includes('where "notes"."id"'))).toEqual([
      'select "id", "body" from "notes" where "notes"."id" = $1',
      'update "notes" set "body" = $1 where "notes"."id" = $2 returning "id", "body"',
    ]);
  });

  it('go on when a migration changes what they answer', async () => {
    const all = () => postgres.run((db) => db.execute(sql`select * from ${notes} order by id`));
    expect([...(await all())]).toEqual([
      { id: 'a', body: null },
      { id: 'b', body: null },
    ]);
    await postgres.sql`alter table notes add column more int`;
    expect([...(await all())][0]).toEqual({ id: 'a', body: null, more: null });
  });

  it('are not prepared behind a pooler that cannot keep them', async () => {
    const behindPooler = start({ DATABASE_PREPARE: 'false' });
    expect(await behindPooler.run((db) => byId(db, { id: 'a' }))).toHaveLength(1);
    const [row] = await behindPooler.run((db) =>
      db.execute(sql`select count(*)::int as count from pg_prepared_statements`),
    );
    expect(row).toEqual({ count: 0 });
    await behindPooler.onApplicationShutdown();
  });
});
