import type mongoose from 'mongoose';
import type postgres from 'postgres';

import { newToken } from '../../src/common/crypto/tokens.js';
import { newId } from '../../src/common/ids/ids.js';

/** Between two rows, so that 300,000 are 24 days and a million are 81. */
const STEP_MS = 7_000;
const COLLEAGUES = 20;
const BATCH = 5_000;
const HOUR_MS = 3_600_000;

/** The organisation that owns everything that is measured, and the stores that it is in. */
export interface Ground {
  sql: postgres.Sql;
  mongo: mongoose.mongo.Db;
  orgId: string;
  /** The owner, who is a platform admin as well. Everything personal belongs to this account. */
  userId: string;
  /** Further members. */
  colleagues: readonly string[];
  /** A session of the owner. */
  token: string;
  /** When the newest row happened. */
  nowMs: number;
}

/** Makes an organisation with twenty-one members, who have nothing yet. */
export async function prepareGround(sql: postgres.Sql, mongo: mongoose.mongo.Db): Promise<Ground> {
  const orgId = newId();
  const userId = newId();
  const colleagues = Array.from({ length: COLLEAGUES }, () => newId());
  const { token, hash } = newToken('session', userId);
  await sql`insert into organizations (id, slug, name) values (${orgId}, ${`growth-${orgId}`}, 'Growth')`;
  for (const id of [userId, ...colleagues]) {
    const [role, memberRole] = id === userId ? ['admin', 'owner'] : ['user', 'member'];
    await sql`
      insert into users (id, organization_id, email, username, role)
      values (${id}, ${orgId}, ${`${id}@example.com`}, ${id}, ${role})`;
    await sql`
      insert into memberships (organization_id, user_id, role) values (${orgId}, ${id}, ${memberRole})`;
  }
  await sql`
    insert into sessions (id, user_id, organization_id, token_hash, expires_at)
    values (${newId()}, ${userId}, ${orgId}, ${hash}, now() + interval '1 day')`;
  return { sql, mongo, orgId, userId, colleagues, token, nowMs: Date.now() - HOUR_MS };
}

/** When the `n`th newest row happened. */
export const momentOf = ({ nowMs }: Ground, n: number): Date => new Date(nowMs - n * STEP_MS);

/** The id of the `n`th newest row: a UUIDv7 of its moment. */
export function idOf(ground: Ground, n: number): string {
  const time = momentOf(ground, n).getTime().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${n.toString(16).padStart(12, '0')}`;
}

/** One of the organisation's accounts. */
export const memberOf = ({ userId, colleagues }: Ground, n: number): string =>
  colleagues[n % (COLLEAGUES + 1)] ?? userId;

/** The same in SQL, where the column `n` counts the rows. */
export const inSql = (ground: Ground) => ({
  id: `(lpad(to_hex(${ground.nowMs} - n::bigint * ${STEP_MS}), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid`,
  moment: `to_timestamp((${ground.nowMs} - n::bigint * ${STEP_MS}) / 1000.0)`,
  orgId: `'${ground.orgId}'::uuid`,
  userId: `'${ground.userId}'::uuid`,
  member: `(array['${[...ground.colleagues, ground.userId].join("','")}']::uuid[])[n % ${COLLEAGUES + 1} + 1]`,
});

/** Adds the rows `[from, to)` of a table; `columns` gives an SQL expression for each column. */
export async function addRows(
  { sql }: Ground,
  table: string,
  columns: Readonly<Record<string, string>>,
  [from, to]: readonly [number, number],
): Promise<void> {
  await sql.unsafe(
    `insert into ${table} (${Object.keys(columns).join(', ')}) overriding system value
     select ${Object.values(columns).join(', ')} from generate_series(${from}, ${to - 1}) as n`,
  );
  await sql.unsafe(`vacuum analyze ${table}`);
}

/** Adds the documents `[from, to)` of a collection. */
export async function addDocuments(
  { mongo }: Ground,
  collection: string,
  document: (n: number) => object | Promise<object>,
  [from, to]: readonly [number, number],
): Promise<void> {
  for (let start = from; start < to; start += BATCH) {
    const length = Math.min(BATCH, to - start);
    const documents = await Promise.all(Array.from({ length }, async (_, at) => document(start + at)));
    await mongo.collection(collection).insertMany(documents, { ordered: false });
  }
}
