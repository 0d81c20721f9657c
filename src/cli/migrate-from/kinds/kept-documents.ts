import { Undecryptable } from '../../../modules/field-encryption/field-encryption.errors.js';
import type { MoveTarget } from '../move-target.js';
import type { Standing } from '../moved-kind.js';
import type { MovedRecord } from '../moved-record.js';

interface Kept {
  _id: string;
  organization_id: string;
  user_id: string;
  version: number;
  removed_at?: Date | null;
}

/**
 * The documents of moved records, and the ids of those that were deleted here: with their account, or with an activity entry of
 * the type `deletion`. What is neither was lost.
 */
export async function keptDocuments<T extends Kept>(
  { documents, accounts }: MoveTarget,
  collection: string,
  records: readonly MovedRecord[],
  deletion: string,
): Promise<{ kept: T[]; gone: string[] }> {
  const found = await documents.find<T>(
    collection,
    records.map(({ id }) => id),
  );
  const present = await accounts.present(records.map(({ userId }) => userId));
  const removed = found.filter(({ removed_at: removedAt }) => removedAt != null).map(({ _id }) => _id);
  const ofNobody = records.filter(({ userId }) => !present.has(userId)).map(({ id }) => id);
  // What an erasure is about to take away cannot be read any more.
  const kept = found.filter(
    ({ removed_at: removedAt, user_id: userId }) => removedAt == null && present.has(userId),
  );
  const isFound = new Set([...found.map(({ _id }) => _id), ...ofNobody]);
  const lost = records.filter(({ id }) => !isFound.has(id)).map(({ id }) => id);
  return { kept, gone: [...removed, ...ofNobody, ...(await documents.deleted(deletion, lost))] };
}

/** A document that was changed here has another version than its first. One that cannot be decrypted has no content. */
export async function standingOf<T extends Pick<Kept, '_id' | 'version'>>(
  kept: readonly T[],
  gone: readonly string[],
  contentOf: (document: T) => unknown,
): Promise<Map<string, Standing>> {
  const standing = new Map<string, Standing>();
  for (const id of gone) standing.set(id, { content: null, isChanged: true });
  for (const document of kept) {
    const content = await readable(() => contentOf(document));
    standing.set(document._id, { content, isChanged: document.version > 1 });
  }
  return standing;
}

async function readable(read: () => unknown): Promise<unknown> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Undecryptable) return null;
    throw error;
  }
}
