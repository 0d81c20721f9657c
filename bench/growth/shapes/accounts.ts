import { createHash } from 'node:crypto';

import { addRows, idOf, inSql, memberOf, momentOf } from '../ground.js';
import { detail, LARGE, LARGEST, list, type Shape } from '../shape.js';

/** As different from each other as the names of people. */
const NAME = 'substr(md5(n::text), 1, 14)';
const nameOf = (n: number): string => createHash('md5').update(String(n)).digest('hex').slice(0, 14);

/** Accounts and memberships. Only the owner is a platform admin. */
export const users: Shape = {
  name: 'users',
  large: LARGEST,
  fill: async (ground, range) => {
    const { id, moment, orgId } = inSql(ground);
    const account = { id, organization_id: orgId, email: `${NAME} || '@growth.example'`, username: NAME };
    await addRows(ground, 'users', { ...account, created_at: moment }, range);
    const membership = { organization_id: orgId, user_id: id, role: `'member'`, created_at: moment };
    await addRows(ground, 'memberships', membership, range);
  },
  reads: (ground, size) => {
    const half = Math.floor(size / 2);
    const middle = [momentOf(ground, half).toISOString(), idOf(ground, half)];
    const { orgId } = ground;
    return [
      ...list('users', {
        middle,
        filters: [
          'role=user',
          'role=admin',
          `email=${nameOf(half)}@growth.example`,
          `username=${nameOf(half)}`,
          'q=growth',
          'q=ab',
          `q=${nameOf(half).slice(0, 8)}`,
        ],
        nothing: ['email=nobody@growth.example', 'username=nobody', 'q=nobody', 'q=zq'],
      }),
      detail('users/{id}', `users/${idOf(ground, half)}`),
      ...list(`organizations/${orgId}/members`, { middle }).map((read) => ({
        ...read,
        route: 'GET /api/v1/organizations/{id}/members',
      })),
      detail('organizations/{id}/members/{user_id}', `organizations/${orgId}/members/${idOf(ground, half)}`),
    ];
  },
};

export const apiKeys: Shape = {
  name: 'api-keys',
  large: LARGE,
  fill: (ground, range) => {
    const { id, moment, orgId, member } = inSql(ground);
    return addRows(
      ground,
      'api_keys',
      {
        ...{ id, organization_id: orgId, created_by: member, name: `'key ' || n`, created_at: moment },
        // `test` and disabled keys are older than the newest page at every size.
        ...{ environment: `case n % 100 when 99 then 'test' else 'live' end`, enabled: `n % 100 <> 98` },
        ...{ start: `'tt_live_' || n`, key_hash: `'${ground.orgId}' || n`, scopes: `array['users:read']` },
      },
      range,
    );
  },
  reads: (ground, size) => {
    const half = Math.floor(size / 2);
    return [
      ...list('api-keys', {
        middle: [idOf(ground, half)],
        filters: [
          'environment=live',
          'environment=test',
          'enabled=true',
          'enabled=false',
          `user_id=${memberOf(ground, 3)}`,
        ],
        nothing: [`user_id=${ground.orgId}`],
      }),
      detail('api-keys/{id}', `api-keys/${idOf(ground, half)}`),
    ];
  },
};
