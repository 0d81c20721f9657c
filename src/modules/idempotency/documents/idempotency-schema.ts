/** The part of a Mongoose schema that is needed here. */
interface ExtensibleSchema {
  add: (fields: never) => unknown;
  index: (fields: never, options?: never) => unknown;
}

export const EXPIRY_FIELD = 'idempotency.expires_at';
const KEYS_FIELD = 'idempotency.keys';

/** The indexes contain only documents with a record, because an emptied array has none. */
const partial = (field: string) => ({ partialFilterExpression: { [field]: { $exists: true } } });

/** Adds to a schema the fields that its documents keep about requests with an `Idempotency-Key` (`@IdempotentBy`). */
export function keepsIdempotency(schema: ExtensibleSchema): void {
  schema.add({ idempotency: { type: Array, default: undefined, select: false } } as never);
  schema.index({ [KEYS_FIELD]: 1 } as never, { unique: true, ...partial(KEYS_FIELD) } as never);
  schema.index({ [EXPIRY_FIELD]: 1 } as never, partial(EXPIRY_FIELD) as never);
}
