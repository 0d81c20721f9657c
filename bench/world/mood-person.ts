import mongoose from 'mongoose';

import { newToken } from '../../src/common/crypto/tokens.js';
import { newId } from '../../src/common/ids/ids.js';
import { MOODS_COLLECTION } from '../../src/modules/moods/mood.js';
import type { World } from './world.js';

/** A member with an API key for moods, a category, and many moods without notes before the month that is asked for. */
export interface MoodPerson {
  token: string;
  categoryId: string;
}

const BEFORE = 10_000;
const MINUTES_BETWEEN = 50;
const BATCH = 2_000;

export async function makeMoodPerson(
  { sql, stores, fixture: { orgId, userIds } }: World,
  monthStart: Date,
): Promise<MoodPerson> {
  const userId = userIds.at(-1) ?? '';
  const { token, hash, start } = newToken('live', userId);
  const categoryId = newId();
  await sql`
    insert into api_keys (id, organization_id, created_by, name, environment, start, key_hash, scopes)
    values (${newId()}, ${orgId}, ${userId}, 'moods', 'live', ${start}, ${hash}, array['moods:write'])`;
  await sql`
    insert into mood_categories (id, organization_id, user_id, name, name_key)
    values (${categoryId}, ${orgId}, ${userId}, 'Calm', 'calm')`;
  const connection = await mongoose.createConnection(stores.MONGODB_URI).asPromise();
  try {
    const moods = connection.collection<{ _id: string }>(MOODS_COLLECTION);
    for (let from = 1; from <= BEFORE; from += BATCH)
      await moods.insertMany(
        Array.from({ length: BATCH }, (_, n) => {
          const at = new Date(monthStart.getTime() - (from + n) * MINUTES_BETWEEN * 60_000);
          return {
            ...{ _id: newId(), organization_id: orgId, user_id: userId, category_id: categoryId, version: 1 },
            ...{ intensity: (n % 10) + 1, factors: [{ name: 'Sleep', value: 'good' }], note: null },
            ...{ recorded_at: at, created_at: at, updated_at: at },
          };
        }),
      );
  } finally {
    await connection.close();
  }
  return { token, categoryId };
}
