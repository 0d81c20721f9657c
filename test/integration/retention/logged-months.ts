import { newId } from '../../../src/common/ids/ids.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import type { Flows } from '../flows/support/flows-harness.js';

export const DAY_MS = 86_400_000;
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** An id as it would have been made at that moment. */
export const idOf = (moment: Date): string => {
  const hex = moment.getTime().toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7${newId().slice(15)}`;
};

/** The partition of a moment. */
export const monthOf = (moment: Date): string =>
  `outbox_events_${moment.toISOString().slice(0, 7).replace('-', '_')}`;

export const monthsFromNow = (months: number): Date => {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 15));
};

type Sql = Postgres['sql'];

/** An event as it was recorded at that moment, and delivered long ago. Returns its id. */
export async function writeEvent(sql: Sql, moment: Date): Promise<string> {
  const id = idOf(moment);
  await sql`
    insert into outbox_events (id, aggregate_type, aggregate_id, organization_id, type, payload, tags, recorded_at)
    values (${id}, 'user', ${id}, ${newId()}, 'user.updated', '{}', '{}', ${moment.toISOString()}::text::timestamptz)`;
  return id;
}

/** The partition that has the event; undefined where none has. */
export async function placeOf(sql: Sql, id: string): Promise<string | undefined> {
  const [row] = await sql<{ place: string }[]>`
    select tableoid::regclass::text as place from outbox_events where id = ${id}::uuid`;
  return row?.place;
}

export async function monthsOf(sql: Sql): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`select name from outbox_months() order by name`;
  return rows.map(({ name }) => name);
}

/** As if everything were sealed that ever will be. */
export const sealEverything = (sql: Sql) => sql`
  insert into audit_sealing (watermark) values (${LAST_ID}) on conflict (singleton) do update set watermark = ${LAST_ID}`;

export const sqlOf = (flows: Flows): Sql => flows.get(Postgres).sql;
