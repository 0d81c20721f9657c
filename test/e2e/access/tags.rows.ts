import { newId } from '../../../src/common/ids/ids.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import type { AccessRow, AccessRows } from './access-row.js';

/** Of the caller, or of the owner where a stranger asks: tags are private. */
const aTag: NonNullable<AccessRow['ids']> = async ({ app, owner }, asking) => {
  const id = newId();
  const userId = asking.isForeign ? owner.userId : asking.userId;
  await app.get(Postgres).sql`
    insert into tags (id, organization_id, user_id, name, name_key)
    values (${id}, ${owner.orgId}, ${userId}, ${id}, ${id})`;
  return id;
};

const read = { role: 'viewer', key: 'tags:read', isNamedScope: true } as const;
const write = { role: 'member', key: 'tags:write', isNamedScope: true } as const;
const ONE = '/api/v1/tags/{id}';

export const rows: AccessRows = {
  'GET /api/v1/tags': read,
  'POST /api/v1/tags': { ...write, body: () => ({ name: newId() }) },
  [`GET ${ONE}`]: { ...read, ids: aTag },
  [`PATCH ${ONE}`]: { ...write, ids: aTag, body: () => ({ name: newId() }) },
  [`DELETE ${ONE}`]: { ...write, ids: aTag },
};
