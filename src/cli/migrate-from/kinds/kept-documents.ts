import type { MoveTarget } from '../move-target.js';
import type { Standing } from '../moved-kind.js';
import type { MovedRecord } from '../moved-record.js';

interface Kept {
  _id: string;
  organization_id: string;
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
  const kept = found.filter(({ removed_at: removedAt }) => removedAt == null);
  const removed = found.filter(({ removed_at: removedAt }) => removedAt != null).map(({ _id }) => _id);
  const ofNobody = records.filter(({ userId }) => !present.has(userId)).map(({ id }) => id);
  const isFound = new Set([...found.map(({ _id }) => _id), ...ofNobody]);
  const lost = records.filter(({ id }) => !isFound.has(id)).map(({ id }) => id);
  return { kept, gone: [...removed, ...ofNobody, ...(await documents.deleted(deletion, lost))] };
}

/** A document that was changed here has another version than its first. */
export function standingOf<T extends Pick<Kept, '_id' | 'version'>>(
  kept: readonly T[],
  gone: readonly string[],
  contentOf: (document: T) => unknown,
): Map<string, Standing> {
  const standing = new Map<string, Standing>();
  for (const id of gone) standing.set(id, { content: null, isChanged: true });
  for (const document of kept)
    standing.set(document._id, { content: contentOf(document), isChanged: document.version > 1 });
  return standing;
}
