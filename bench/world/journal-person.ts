import { randomInt } from 'node:crypto';

import mongoose from 'mongoose';

import { newToken } from '../../src/common/crypto/tokens.js';
import { newId } from '../../src/common/ids/ids.js';
import { parseConfig } from '../../src/config/parse-config.js';
import { ServerKeys } from '../../src/config/server-keys.js';
import { KeyWrapping } from '../../src/modules/field-encryption/key-wrapping.js';
import { UserCipher } from '../../src/modules/field-encryption/user-cipher.js';
import { sealEntry } from '../../src/modules/journal/entry-sealing.js';
import { JOURNAL_COLLECTION } from '../../src/modules/journal/journal-entry.js';
import { FREE_PLAN } from '../../src/modules/plans/free-plan.js';
import { BENCH_KEY_RING } from '../servers/contestants.js';
import type { World } from './world.js';

const DAY_MS = 86_400_000;
const ENTRIES = 10_000;
const BATCH = 500;
/** Every entry has some of these, so that the searched ones are neither rare nor in all of them. */
const WORDS = [
  'morning',
  'coffee',
  'walk',
  'river',
  'work',
  'meeting',
  'friends',
  'garden',
  'rain',
  'music',
  'sleep',
  'letter',
];

/** A member of the organisation with an API key for the journal; the plan of all has no limit. */
export async function makeJournalPerson(
  { sql, fixture: { orgId, userIds } }: World,
  place: number,
): Promise<{ token: string; userId: string }> {
  const userId = userIds.at(place) ?? '';
  const { token, hash, start } = newToken('live', userId);
  await sql`
    insert into api_keys (id, organization_id, created_by, name, environment, start, key_hash, scopes)
    values (${newId()}, ${orgId}, ${userId}, 'journal', 'live', ${start}, ${hash}, array['journal:write'])`;
  await sql`
    insert into plans (id, code, name, price, currency, interval, entry_limit, limits, is_active)
    values (${newId()}, ${FREE_PLAN.code}, 'Free', '0.00', 'USD', 'month', null, '{}', true)
    on conflict (code) do update set entry_limit = null`;
  return { token, userId };
}

/** The entries of ten thousand days, as the service has stored them under the data key of the person. */
export async function writeEntries(world: World, userId: string): Promise<void> {
  const { stores, sql } = world;
  const { orgId } = world.fixture;
  const wrapping = new KeyWrapping(
    new ServerKeys(parseConfig({ ...stores, FIELD_ENCRYPTION_KEYS: BENCH_KEY_RING })),
  );
  const key = wrapping.make({ orgId, userId });
  await sql`
    insert into data_keys (organization_id, user_id, id, wrapping_key_id, wrapped_key)
    values (${orgId}, ${userId}, ${key.id}, ${key.wrappingKeyId}, ${key.wrappedKey})`;
  const cipher = new UserCipher(wrapping.unwrap(key));
  const connection = await mongoose.createConnection(stores.MONGODB_URI).asPromise();
  try {
    const entries = connection.collection<{ _id: string }>(JOURNAL_COLLECTION);
    for (let from = 0; from < ENTRIES; from += BATCH)
      await entries.insertMany(
        await Promise.all(
          Array.from({ length: BATCH }, (_, n) => entryOf(cipher, { orgId, userId }, from + n)),
        ),
      );
  } finally {
    await connection.close();
  }
}

function entryOf(cipher: UserCipher, owner: { orgId: string; userId: string }, n: number) {
  const at = new Date(Date.now() - n * DAY_MS);
  const word = (step: number): string => WORDS[(n * 7 + step * 5) % WORDS.length] ?? '';
  // A vocabulary of 2,000, of which each entry has some forty words: about as many tokens as a page of a diary.
  const filler = Array.from({ length: 40 }, () => randomInt(2_000).toString(36).padStart(5, 'w')).join(' ');
  return sealEntry(cipher, owner, {
    ...{ id: newId(), title: `Day ${n}: ${word(0)}`, content: `${word(1)} and ${word(2)}. ${filler}` },
    ...{ photos: [], voice_notes: [], prompt_responses: [], entry_type: 'text', tag_ids: [], mood_id: null },
    ...{ entry_date: at.toISOString().slice(0, 10), is_favorite: false, created_at: at, updated_at: at },
  });
}
