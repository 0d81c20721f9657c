import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { newId } from '../../../src/common/ids/ids.js';
import { migrateUp, rollback } from '../../../src/stores/postgres/migrations/index.js';
import { DAY_MS, idOf, monthOf } from '../retention/logged-months.js';
import { createEmptyDatabase, type EmptyDatabase, schemaOf } from './empty-database.js';

describe('the migration to partitions', () => {
  let database: EmptyDatabase;
  beforeAll(async () => {
    database = await createEmptyDatabase();
  });
  afterAll(() => database.drop());

  /** Without the column that a later migration adds. */
  const all = async () =>
    (await database.sql`select * from outbox_events order by id`).map(({ content: _, ...event }) => event);
  const places = async (): Promise<string[]> => {
    const rows = await database.sql<{ place: string }[]>`
      select tableoid::regclass::text as place from outbox_events order by id`;
    return rows.map(({ place }) => place);
  };

  it('keeps every event, up and down', async () => {
    await migrateUp(database.url, { to: '0003_outbox_readdressing' });
    const schema = await schemaOf(database.sql);
    const moments = [40_000, 400, 80, 40, 1, 0].map(
      (days) => new Date(Math.max(1, Date.now() - days * DAY_MS)),
    );
    for (const moment of moments) {
      await database.sql`
        insert into outbox_events (id, aggregate_type, aggregate_id, organization_id, type, payload, tags, recorded_at)
        values (${idOf(moment)}, 'user', 'x', ${newId()}, 'user.updated', '{"a":1}', '{x}', ${moment})`;
    }
    const before = await all();
    await migrateUp(database.url);
    expect(await all()).toEqual(before);
    expect(await places()).toEqual(['outbox_events_default', ...moments.slice(1).map(monthOf)]);
    const applied = await database.sql`select 1 from triptych_migrations.applied where number >= 4`;
    await rollback(database.url, applied.length);
    expect(await all()).toEqual(before);
    expect(await schemaOf(database.sql)).toEqual(schema);
    await migrateUp(database.url);
    expect(await all()).toEqual(before);
  });
});
