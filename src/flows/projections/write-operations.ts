import type { AppliedOnce, NewerState, ProjectedWrite } from './projection.js';

const REMEMBERED = 200;
/**
 * A bound for the document, far above the number of ids under way at once. Only a process that died leaves ids
 * unsettled.
 */
const UNSETTLED = 10_000;

type Fields = Readonly<Record<string, unknown>>;

/** One operation of a `bulkWrite`. */
export type WriteOperation =
  | { insertOne: { document: Fields & { _id: string } } }
  | { updateOne: { filter: Fields; update: Fields; upsert: true } }
  | { updateMany: { filter: Fields; update: Fields; upsert: boolean } }
  | { deleteMany: { filter: Fields } };

export function operationOf(write: ProjectedWrite): WriteOperation {
  if ('insert' in write) return { insertOne: { document: { ...write.insert } } };
  if ('deleteMany' in write) return { deleteMany: { filter: write.deleteMany.filter } };
  if ('applyOnce' in write) return applyOnce(write.applyOnce);
  if ('putNewer' in write) return putNewer(write.putNewer);
  const { filter, update, upsert = false } = write.updateMany;
  return { updateMany: { filter, update, upsert } };
}

/** If the id is remembered already, the filter matches nothing, and the upsert is refused because the `_id` exists. */
function applyOnce({ _id, by, update, remembered = REMEMBERED, isUnsettled }: AppliedOnce): WriteOperation {
  const pushed = update['$push'];
  const memory = {
    applied_ids: { $each: [by], $slice: -remembered },
    ...(isUnsettled && { unsettled_ids: { $each: [by], $slice: -UNSETTLED } }),
  };
  return {
    updateOne: {
      filter: { _id, applied_ids: { $ne: by }, ...(isUnsettled && { unsettled_ids: { $ne: by } }) },
      update: { ...update, $push: { ...(typeof pushed === 'object' ? pushed : {}), ...memory } },
      upsert: true,
    },
  };
}

/**
 * If the document is at least as new, the filter matches nothing, and the upsert is refused because the `_id` exists.
 */
const putNewer = ({ _id, by: { field, value }, set }: NewerState): WriteOperation => ({
  updateOne: {
    // Not "less than", because a document without the field counts as older.
    filter: { _id, [field]: { $not: { $gte: value } } },
    update: { $set: { ...set, [field]: value } },
    upsert: true,
  },
});

/** Removes ids from `unsettled_ids`. */
export const settledOperation = (_id: string, ids: readonly string[]): WriteOperation => ({
  updateMany: { filter: { _id }, update: { $pull: { unsettled_ids: { $in: ids } } }, upsert: false },
});

/** The id of the one document that a write creates or changes. Null for writes that name no document. */
export function targetOf(write: ProjectedWrite): string | null {
  if ('insert' in write) return write.insert._id;
  if ('applyOnce' in write) return write.applyOnce._id;
  return 'putNewer' in write ? write.putNewer._id : null;
}

/** The fields of the target that show whether a write was applied. */
export function tracesOf(write: ProjectedWrite): string[] {
  if ('applyOnce' in write) return ['applied_ids', 'unsettled_ids'];
  return 'putNewer' in write ? [write.putNewer.by.field] : [];
}

/** Whether `found`, the target of a write, shows that this write or a newer one was applied. */
export function isApplied(write: ProjectedWrite, found: Fields): boolean {
  if ('insert' in write) return true;
  if ('applyOnce' in write) {
    return [found['applied_ids'], found['unsettled_ids']].some(
      (ids) => Array.isArray(ids) && ids.includes(write.applyOnce.by),
    );
  }
  if (!('putNewer' in write)) return false;
  const { field, value } = write.putNewer.by;
  const present = found[field];
  return typeof present === typeof value && (present as typeof value) >= value;
}

/** Whether a derived document remembers so many later ids that this one may have been dropped. */
export function hasForgotten(write: ProjectedWrite, found: Fields): boolean {
  if (!('applyOnce' in write)) return false;
  const ids = found['applied_ids'];
  return Array.isArray(ids) && ids.length >= (write.applyOnce.remembered ?? REMEMBERED);
}
