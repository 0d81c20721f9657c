/** Whose a file is. */
export interface FileOwner {
  orgId: string;
  userId: string;
}

/** A file that is about to be written. */
export interface NewFile {
  /** UUIDv7. */
  id: string;
  /** The key of this file, encrypted for its owner (`UserCipher`). */
  key: string;
}

/** A file as its request keeps it. */
export interface PrivateFile extends NewFile {
  /** Bytes of the content. */
  size: number;
}

export const FILE_CHUNKS_COLLECTION = 'export_chunks';

/** Of the content. Every chunk but the last has it, so that a position names its chunk. */
export const CHUNK_BYTES = 262_144;

/** A part of a file, as it stands in MongoDB. */
export interface FileChunk {
  /** `{file}:{n}`. */
  _id: string;
  organization_id: string;
  user_id: string;
  file_id: string;
  /** From 0. */
  n: number;
  /** Encrypted (`FileCipher`). */
  data: Uint8Array;
  expires_at: Date;
}
