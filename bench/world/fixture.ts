import type postgres from 'postgres';

import { newToken } from '../../src/common/crypto/tokens.js';
import { newId } from '../../src/common/ids/ids.js';

/** More rows than the cache's first tier has places (20,000). */
const USERS = 25_000;
const KEYS = 24;
const BATCH = 5_000;

/** What is in the tables before anything is measured. */
export interface Fixture {
  orgId: string;
  ownerId: string;
  userIds: readonly string[];
  /** API keys that may do everything in the organisation. */
  tokens: readonly string[];
  /** The account that is read again and again, and the organisation, as the API shows them. */
  userId: string;
  user: unknown;
  organization: unknown;
}

const parameters = (sql: postgres.Sql, value: unknown) =>
  sql.json(JSON.parse(JSON.stringify(value)) as never);

async function insertUsers(sql: postgres.Sql, orgId: string): Promise<string[]> {
  const ids = Array.from({ length: USERS }, () => newId());
  for (let from = 0; from < ids.length; from += BATCH) {
    const rows = ids.slice(from, from + BATCH).map((id, index) => ({ id, number: from + index }));
    await sql`
      with given as (
        select id, number from jsonb_to_recordset(${parameters(sql, rows)}) as given(id uuid, number int)
      ), made as (
        insert into users (id, organization_id, email, username, avatar)
        select id, ${orgId}, 'ada-' || number || '@example.com', 'ada-' || number,
          'https://example.com/avatars/' || number || '.png'
        from given
      )
      insert into memberships (organization_id, user_id, role)
      select ${orgId}, id, case number when 0 then 'owner' else 'member' end from given`;
  }
  return ids;
}

/** API keys with every scope. Returns them. */
export async function insertKeys(
  sql: postgres.Sql,
  orgId: string,
  ownerId: string,
  count: number,
): Promise<string[]> {
  const made = Array.from({ length: count }, () => newToken('live', ownerId));
  const rows = made.map(({ hash, start }) => ({ id: newId(), hash, start }));
  await sql`
    insert into api_keys (id, organization_id, created_by, name, environment, start, key_hash, scopes)
    select id, ${orgId}, ${ownerId}, 'bench', 'live', start, hash, array['*']
    from jsonb_to_recordset(${parameters(sql, rows)}) as given(id uuid, hash text, start text)`;
  return made.map(({ token }) => token);
}

/** The columns of an account as the API shows them. The peers answer with the same statement's result. */
export const USER_COLUMNS =
  'id, organization_id, email, is_email_confirmed as email_confirmed, username, avatar, role, last_login_at, created_at, updated_at';

/** One organisation with its owner, many members, and API keys of the owner. */
export async function createFixture(sql: postgres.Sql): Promise<Fixture> {
  const orgId = newId();
  await sql`insert into organizations (id, slug, name) values (${orgId}, 'bench', 'Bench')`;
  const userIds = await insertUsers(sql, orgId);
  const [ownerId, userId] = userIds;
  if (ownerId === undefined || userId === undefined) throw new Error('The fixture has too few users');
  const tokens = await insertKeys(sql, orgId, ownerId, KEYS);
  await sql.unsafe('vacuum analyze');
  const [user] = await sql`select ${sql.unsafe(USER_COLUMNS)} from users where id = ${userId}`;
  const [organization] = await sql`
    select id, name, slug, 'owner' as role, created_at, updated_at from organizations where id = ${orgId}`;
  const asJson = (row: unknown): unknown => JSON.parse(JSON.stringify(row));
  return { orgId, ownerId, userIds, tokens, userId, user: asJson(user), organization: asJson(organization) };
}
