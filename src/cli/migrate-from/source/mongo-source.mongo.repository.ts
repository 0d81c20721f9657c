import { withDatabase } from '../../../stores/mongo/with-database.js';
import { StoreUnavailable } from '../../../stores/store-unavailable.js';
import { CommandFailed } from '../../terminal/explained.js';
import type { MovedKindName, SourceRow } from '../moved-record.js';
import type { Source } from './source.js';

/** Fields that name other documents. */
const REFERENCES = ['user_id', 'category_id', 'mood_id'];

/** Ids may be numbers, texts or ObjectIds. */
const idOf = (value: unknown): unknown => (value == null ? null : String(value as string | number));

function rowOf({ _id, ...fields }: Record<string, unknown>): SourceRow {
  const references = REFERENCES.filter((name) => name in fields).map((name) => [name, idOf(fields[name])]);
  const tagIds: unknown = fields['tag_ids'];
  return {
    id: String(_id as string | number),
    fields: {
      ...fields,
      ...(Object.fromEntries(references) as Record<string, unknown>),
      ...(Array.isArray(tagIds) && { tag_ids: tagIds.map(idOf) }),
    },
  };
}

/** Runs `work` on a source in MongoDB. Throws `CommandFailed` where it cannot be reached. */
export async function withMongoSource<T>(
  uri: string,
  name: string,
  work: (source: Source) => Promise<T>,
): Promise<T> {
  let failure: unknown = null;
  try {
    return await withDatabase(uri, async (db) => {
      async function* batches(kind: MovedKindName, size: number): AsyncGenerator<SourceRow[]> {
        for (let after: unknown; ;) {
          const found: Record<string, unknown>[] = await db
            .collection(kind)
            .find(after === undefined ? {} : { _id: { $gt: after as never } })
            .sort({ _id: 1 })
            .limit(size)
            .toArray();
          const last = found.at(-1);
          if (!last) return;
          yield found.map(rowOf);
          if (found.length < size) return;
          after = last['_id'];
        }
      }
      try {
        return await work({ name, batches });
      } catch (error) {
        failure = error;
        throw error;
      }
    });
  } catch (error) {
    // What the target's stores could not do is theirs.
    if (!(error instanceof StoreUnavailable) || failure instanceof StoreUnavailable) throw error;
    throw new CommandFailed('The source cannot be reached.', 'it does not answer', ['correct --mongodb'], {
      cause: error,
    });
  }
}
