/** The part of a Mongoose schema that is needed here. */
interface ExtensibleSchema {
  add: (fields: never) => unknown;
  index: (fields: never, options?: never) => unknown;
}

const carried = { type: Array, default: undefined, select: false };
const hidden = { type: Date, select: false };

/** Relays find pending effects and deleted documents by these indexes, and the list of dead letters uses the third. */
const INDEXES = [{ 'pending._id': 1 }, { removed_at: 1 }, { 'dead_letters._id': 1 }] as const;

/** Adds to a schema what its documents carry: `pending`, the last `applied` effects, `dead_letters`, and `removed_at`. */
export function carriesEffects(schema: ExtensibleSchema): void {
  schema.add({ pending: carried, applied: carried, dead_letters: carried, removed_at: hidden } as never);
  for (const fields of INDEXES) schema.index(fields as never, { sparse: true } as never);
}
