/** The owner of a data key. */
export interface KeyOwner {
  orgId: string;
  userId: string;
}

/** A data key as stored in PostgreSQL. */
export interface WrappedDataKey extends KeyOwner {
  /** UUIDv7. */
  id: string;
  /** The id of one of `FIELD_ENCRYPTION_KEYS`. */
  wrappingKeyId: string;
  /** Base64url of the IV, the encrypted key and the authentication tag. */
  wrappedKey: string;
}

/** An unwrapped data key. It is never logged, stored or sent. */
export interface DataKey extends KeyOwner {
  id: string;
  secret: Buffer;
}
