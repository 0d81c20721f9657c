import { parseConfig } from '../../../src/config/parse-config.js';
import { ServerKeys } from '../../../src/config/server-keys.js';
import { KeyWrapping } from '../../../src/modules/field-encryption/key-wrapping.js';
import { UserCipher } from '../../../src/modules/field-encryption/user-cipher.js';
import { sealEntry } from '../../../src/modules/journal/entry-sealing.js';
import { JOURNAL_COLLECTION, type JournalEntry } from '../../../src/modules/journal/journal-entry.js';
import { BENCH_KEY_RING } from '../../servers/contestants.js';
import { addDocuments, addRows, type Ground, idOf, inSql, momentOf } from '../ground.js';
import { detail, LARGE, list, type Shape } from '../shape.js';

const WORDS = ['morning', 'coffee', 'walk', 'river', 'work', 'friends', 'garden', 'rain', 'music', 'letter'];
/** A dozen entries a day. */
const STEP_MS = 7_200_000;
const BEGINNING = '1957-01-01';

const ciphers = new WeakMap<Ground, Promise<UserCipher>>();

/** The person's data key, made with the first entries. */
function cipherOf(ground: Ground): Promise<UserCipher> {
  const known = ciphers.get(ground) ?? makeCipher(ground);
  ciphers.set(ground, known);
  return known;
}

async function makeCipher({ sql, orgId, userId }: Ground): Promise<UserCipher> {
  const config = parseConfig({
    ...{ DATABASE_URL: 'postgres://localhost/none', MONGODB_URI: 'mongodb://localhost/none' },
    ...{ REDIS_URL: 'redis://localhost', FIELD_ENCRYPTION_KEYS: BENCH_KEY_RING },
  });
  const wrapping = new KeyWrapping(new ServerKeys(config));
  const key = wrapping.make({ orgId, userId });
  await sql`
    insert into data_keys (organization_id, user_id, id, wrapping_key_id, wrapped_key)
    values (${orgId}, ${userId}, ${key.id}, ${key.wrappingKeyId}, ${key.wrappedKey})`;
  return new UserCipher(wrapping.unwrap(key));
}

const dateOf = ({ nowMs }: Ground, n: number): Date => new Date(nowMs - n * STEP_MS);
const tagOf = (ground: Ground, n: number): string => idOf(ground, n % 40);

/** One word of many, one of a few, and one that the entry alone has. */
function entryOf(ground: Ground, n: number): JournalEntry {
  const at = momentOf(ground, n);
  return {
    ...{ id: idOf(ground, n), title: WORDS[n % 10] ?? '', content: `word${n % 2_000} only${n}` },
    ...{ photos: [], voice_notes: [], prompt_responses: [], mood_id: null, created_at: at, updated_at: at },
    ...{
      entry_type: n % 100 === 99 ? 'photo' : 'text',
      entry_date: dateOf(ground, n).toISOString().slice(0, 10),
    },
    ...{ tag_ids: [tagOf(ground, n)], is_favorite: n % 100 === 98 },
  };
}

/** The encrypted entries of one person. */
export const journal: Shape = {
  name: 'journal',
  large: LARGE,
  fill: async (ground, range) => {
    const cipher = await cipherOf(ground);
    const { id, moment, orgId, userId } = inSql(ground);
    const place = { id, organization_id: orgId, user_id: userId, created_at: moment };
    await addRows(ground, 'entry_reservations', place, range);
    await addDocuments(
      ground,
      JOURNAL_COLLECTION,
      (n) => sealEntry(cipher, ground, entryOf(ground, n)),
      range,
    );
  },
  reads: (ground, size) => {
    const half = Math.floor(size / 2);
    const day = (n: number) => dateOf(ground, n).toISOString().slice(0, 10);
    return [
      ...list('journal/entries', {
        middle: [`${day(half)}T00:00:00.000Z`, idOf(ground, half)],
        filters: [
          `date_from=${day(700)}`,
          `date_to=${day(half)}`,
          'is_favorite=true',
          'is_favorite=false',
          `tag_id=${tagOf(ground, 7)}`,
          'entry_type=photo',
          `on_this_day=${day(5_000).slice(5)}`,
          'q=coffee',
          `q=word7`,
          `q=only${half}`,
        ],
        nothing: [
          `date_to=${BEGINNING}`,
          `tag_id=${ground.orgId}`,
          'entry_type=voice',
          'q=nothing',
          'q=coffee+word0',
        ],
      }),
      detail('journal/entries/{id}', `journal/entries/${idOf(ground, half)}`),
    ];
  },
};
