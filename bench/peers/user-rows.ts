import postgres from 'postgres';

import { newId } from '../../src/common/ids/ids.js';
import { USER_COLUMNS } from '../world/fixture.js';

const columns = USER_COLUMNS.split(', ');
const shown = (alias: string): string => columns.map((column) => `${alias}.${column}`).join(', ');

const environment = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};

const TRANSACTION_COLUMNS =
  'id, user_id, amount, currency, transaction_type, metadata, reversal_of, created_at';

export const redisUrl = (): string => environment('REDIS_URL');
export const keyPrefix = (): string => environment('REDIS_KEY_PREFIX');
export const staticBody = (): string => environment('STATIC_BODY');
export const port = (): number => Number(environment('PORT'));
export const HOST = '127.0.0.1';

/** The same statements as ours, by the same driver and with as many connections, and nothing around them. */
export function openRows() {
  const sql = postgres(environment('DATABASE_URL'), { max: 10, onnotice: () => undefined });
  const ownerId = environment('OWNER_ID');
  const userById = `select ${shown('u')} from users u where u.id = $1`;
  const organizationById = `
    select o.id, o.name, o.slug, m.role, o.created_at, o.updated_at from memberships m
    join organizations o on o.id = m.organization_id
    where m.organization_id = $1 and m.user_id = $2`;
  const keyByHash = `
    select k.id, k.created_by, k.organization_id, k.scopes, k.expires_at, k.revoked_at, k.enabled
    from api_keys k where k.key_hash = $1`;
  return {
    user: async (id: string): Promise<object | undefined> =>
      (await sql.unsafe(userById, [id], { prepare: true }))[0],
    organization: async (id: string): Promise<object | undefined> =>
      (await sql.unsafe(organizationById, [id, ownerId], { prepare: true }))[0],
    insertTransaction: async (
      orgId: string,
      userId: string,
      amount: string,
      type: string,
    ): Promise<object | undefined> =>
      (
        await sql`
          insert into transactions (user_id, amount, transaction_type, organization_id, currency, metadata)
          values (${userId}, ${amount}, ${type}, ${orgId}, 'USD', '{}')
          returning ${sql.unsafe(TRANSACTION_COLUMNS)}`
      )[0],
    transactions: async (orgId: string, userId: string, to: string, limit: number): Promise<object[]> =>
      sql`
        select ${sql.unsafe(TRANSACTION_COLUMNS)} from transactions
        where organization_id = ${orgId} and user_id = ${userId} and created_at < ${to}
        order by created_at desc, id desc limit ${limit}`,
    /** The API key of a hash. */
    key: async (hash: string): Promise<object | undefined> =>
      (await sql.unsafe(keyByHash, [hash], { prepare: true }))[0],
    /** An account and its membership in one transaction. */
    insertUser: (orgId: string, email: string, username: string): Promise<object | undefined> =>
      sql.begin(async (tx) => {
        const id = newId();
        const [user] = await tx`
          insert into users (id, organization_id, email, username) values (${id}, ${orgId}, ${email}, ${username})
          returning ${tx.unsafe(USER_COLUMNS)}`;
        await tx`
          insert into memberships (organization_id, user_id, role) values (${orgId}, ${id}, 'member')
          returning created_at`;
        return user;
      }),
  };
}
