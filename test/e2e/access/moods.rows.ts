import { newId } from '../../../src/common/ids/ids.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import type { AccessRow, AccessRows, AccessWorld, Asking } from './access-row.js';

/** The caller, or the owner where a stranger asks: moods are private. */
const personOf = ({ owner }: AccessWorld, asking: Asking): string =>
  asking.isForeign ? owner.userId : asking.userId;

/** In the organisation that asks, so that a stranger makes one of its own. */
async function aCategory({ app }: AccessWorld, { orgId, userId }: Asking): Promise<string> {
  const id = newId();
  await app.get(Postgres).sql`
    insert into mood_categories (id, organization_id, user_id, name, name_key)
    values (${id}, ${orgId}, ${userId}, ${id}, ${id})`;
  return id;
}

const aMood: NonNullable<AccessRow['ids']> = async (world, asking) => {
  const id = newId();
  const at = new Date();
  const moods = world.app.get(Mongo).collection<{ _id: string }>('mood_entries');
  await moods.insertOne({
    ...{ _id: id, organization_id: world.owner.orgId, user_id: personOf(world, asking), category_id: null },
    ...{ intensity: 5, factors: [], note: null, recorded_at: at, version: 1, created_at: at, updated_at: at },
  } as { _id: string });
  return id;
};

const read = { role: 'viewer', key: 'moods:read', isNamedScope: true } as const;
const write = { role: 'member', key: 'moods:write', isNamedScope: true } as const;
const ONE = '/api/v1/moods/{id}';

export const rows: AccessRows = {
  'GET /api/v1/mood-categories': read,
  'POST /api/v1/mood-categories': { ...write, body: () => ({ name: newId() }), allowed: [201] },
  'GET /api/v1/moods': read,
  'POST /api/v1/moods': {
    ...write,
    body: async (world, asking) => ({ category_id: await aCategory(world, asking), intensity: 7 }),
  },
  'GET /api/v1/moods/trends': read,
  [`GET ${ONE}`]: { ...read, ids: aMood },
  [`PATCH ${ONE}`]: { ...write, ids: aMood, body: () => ({ intensity: 3 }) },
  [`DELETE ${ONE}`]: { ...write, ids: aMood },
};
