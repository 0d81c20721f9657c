/** Whose data key it is. */
export interface KeyOwner {
  orgId: string;
  userId: string;
}

/** A data key as PostgreSQL keeps it. */
export interface WrappedDataKey extends KeyOwner {
  /** UUIDv7. */
  id: string;
  /** The id of one of `FIELD_ENCRYPTION_KEYS`. */
  wrappingKeyId: string;
  /** Base64url of the IV, the encrypted key and the authentication tag. */
  wrappedKey: string;
}

/** A data key that can be used. It is never logged, stored or sent. */
export interface DataKey extends KeyOwner {
  id: string;
  secret: Buffer;
}
