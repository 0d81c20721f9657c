/** The part of a Mongoose schema that is needed here. */
interface ExtensibleSchema {
  add: (fields: never) => unknown;
  index: (fields: never, options?: never) => unknown;
}

const carried = { type: Array, default: undefined, select: false };

/** The index by which relays find pending effects, and the one by which dead letters are listed. */
export const EFFECT_INDEXES = [{ 'pending._id': 1 }, { 'dead_letters._id': 1 }] as const;

/** Adds to a schema what its documents carry: `pending`, the last `applied` effects, and `dead_letters`. */
export function carriesEffects(schema: ExtensibleSchema): void {
  schema.add({ pending: carried, applied: carried, dead_letters: carried } as never);
  for (const fields of EFFECT_INDEXES) schema.index(fields as never, { sparse: true } as never);
}
