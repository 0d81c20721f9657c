import { newAccount } from '../../factories/account.js';
import { newId } from '../../../src/common/ids/ids.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { z } from 'zod';
import type { AccessRow, AccessRows, AccessWorld } from './access-row.js';

const PASSWORD = 'correct horse battery';
const resetShape = z.object({ token: z.string() });

async function anAccount({ request }: AccessWorld): Promise<{ email: string; password: string }> {
  const account = newAccount({ password: PASSWORD });
  await request('POST', '/api/v1/users', account);
  return { email: account.email, password: PASSWORD };
}

async function aReset({ create, request }: AccessWorld): Promise<object> {
  const id = await create('/api/v1/users', newAccount());
  const { token } = resetShape.parse((await request('POST', `/api/v1/users/${id}/password-reset`)).body);
  return { token, new_password: 'another phrase' };
}

/** One of the caller's own. A stranger names one of another person. */
async function aSessionOf({ app }: AccessWorld, userId: string): Promise<string> {
  const [session] = await app.get(Postgres).sql<{ id: string }[]>`
    insert into sessions (id, user_id, organization_id, token_hash, expires_at)
    select ${newId()}::uuid, id, organization_id, gen_random_uuid()::text, now() + interval '1 hour'
    from users where id = ${userId} returning id`;
  return session?.id ?? '';
}

const itsSession: AccessRow['ids'] = (world, { isForeign, userId }) =>
  aSessionOf(world, isForeign ? world.owner.userId : userId);

export const rows: AccessRows = {
  'POST /api/v1/auth/login': { role: 'public', body: anAccount },
  'POST /api/v1/auth/password-reset': { role: 'public', body: aReset },
  'POST /api/v1/auth/logout': { role: 'viewer', key: 'session', spendsCredentials: true },
  // The callers have no password: it is looked at, and is wrong.
  'POST /api/v1/auth/password': {
    role: 'viewer',
    key: 'session',
    body: () => ({ current_password: PASSWORD, new_password: 'another phrase' }),
    allowed: [422],
  },
  'GET /api/v1/auth/sessions': { role: 'viewer', key: 'session' },
  'DELETE /api/v1/auth/sessions': { role: 'viewer', key: 'session' },
  'POST /api/v1/users/{id}/email-confirmation': {
    role: 'admin',
    key: 'users:admin',
    ids: ({ create }) => create('/api/v1/users', newAccount()),
  },
  'POST /api/v1/auth/confirm-email': {
    role: 'viewer',
    key: 'session',
    body: () => ({ token: 'tte_unknown' }),
    allowed: [422],
  },
  'GET /api/v1/auth/sessions/{id}': { role: 'viewer', key: 'session', ids: itsSession },
  'DELETE /api/v1/auth/sessions/{id}': { role: 'viewer', key: 'session', ids: itsSession },
};
