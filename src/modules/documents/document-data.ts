import type { Json } from '../../common/http/merge-patch.js';
import { faultOf } from '../../common/json/storable-json.js';
import { UnstorableData } from './documents.errors.js';

export const MAX_DATA_BYTES = 1_048_576;
export const MAX_DATA_DEPTH = 90;

/** Throws `UnstorableData` for data that MongoDB would not return equal. */
export function assertStorable(data: Json): void {
  // Wrapped in an object, because a document's data may be any value.
  const fault = faultOf({ data }, { bytes: MAX_DATA_BYTES + '{"data":}'.length, depth: MAX_DATA_DEPTH + 1 });
  if (fault) throw new UnstorableData(fault.path.slice(1), fault.message);
}
