/** The part of a Mongoose schema that is needed here. */
interface ExtensibleSchema {
  add: (fields: never) => unknown;
  index: (fields: never, options?: never) => unknown;
}

/** Only documents with a record are in the indexes: an emptied array has none. */
const partial = (field: string) => ({ partialFilterExpression: { [field]: { $exists: true } } });

/** Adds to a schema what its documents keep of requests with an `Idempotency-Key` (`@IdempotentBy`). */
export function keepsIdempotency(schema: ExtensibleSchema): void {
  schema.add({ idempotency: { type: Array, default: undefined, select: false } } as never);
  const [key, expiry] = ['idempotency.keys', 'idempotency.expires_at'];
  schema.index({ [key]: 1 } as never, { unique: true, ...partial(key) } as never);
  schema.index({ [expiry]: 1 } as never, partial(expiry) as never);
}
