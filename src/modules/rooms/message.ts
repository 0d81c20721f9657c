import { sha256Hex } from '../../common/crypto/tokens.js';
import { newId } from '../../common/ids/ids.js';

/** A message before an edit. Stored as JSON in both stores, with the names that answers use. */
export interface EarlierVersion {
  version: number;
  content: string;
  file_url: string | null;
  /** RFC 3339: when this version was written. */
  written_at: string;
}

/**
 * A message as it is stored. `createdAt` is the time in its id, so that the order of ids is that of `(createdAt, id)`.
 */
export interface StoredMessage {
  readonly id: string;
  readonly organizationId: string;
  readonly roomId: string;
  /** The account of the author. Null once the person is erased. */
  readonly memberId: string | null;
  /** Null in a tombstone. */
  readonly content: string | null;
  readonly fileUrl: string | null;
  readonly isDeleted: boolean;
  readonly version: number;
  readonly clientId: string | null;
  readonly requestHash: string | null;
  readonly versions: readonly EarlierVersion[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface Draft {
  content: string;
  fileUrl: string | null;
}

/** A further edit is refused, because every version is kept and a message is one record. */
export const MAX_VERSIONS = 100;

/** The time in a UUIDv7 (RFC 9562, section 5.7). */
export const timeOfId = (id: string): Date => new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16));

/** A hash of the posted content, so that a repetition with other content is detected. */
export const requestHashOf = ({ content, fileUrl }: Draft): string =>
  sha256Hex(JSON.stringify([content, fileUrl]));

export interface Origin {
  id?: string;
  organizationId: string;
  roomId: string;
  memberId: string;
  clientId: string | null;
}

export function newMessage({ id = newId(), ...origin }: Origin, draft: Draft): StoredMessage {
  const createdAt = timeOfId(id);
  return {
    ...{ id, ...origin, ...draft, isDeleted: false, version: 1, versions: [] },
    ...{ requestHash: requestHashOf(draft), createdAt, updatedAt: createdAt },
  };
}

const asEarlier = ({ version, content, fileUrl, updatedAt }: StoredMessage): EarlierVersion => ({
  ...{ version, content: content ?? '', file_url: fileUrl, written_at: updatedAt.toISOString() },
});

/** Always later than the version before, whatever the clock of this instance says. */
const after = (message: StoredMessage, now: Date): Date =>
  new Date(Math.max(now.getTime(), message.updatedAt.getTime() + 1));

export const edited = (message: StoredMessage, draft: Draft, now: Date): StoredMessage => ({
  ...message,
  ...draft,
  version: message.version + 1,
  versions: [...message.versions, asEarlier(message)],
  updatedAt: after(message, now),
});

/** Contains nothing of the message's content. */
export const tombstoneOf = (message: StoredMessage, now: Date): StoredMessage => ({
  ...message,
  ...{ content: null, fileUrl: null, isDeleted: true, requestHash: null, versions: [] },
  version: message.version + 1,
  updatedAt: after(message, now),
});

/** The present and former versions, newest first. Empty for a tombstone. */
export const everyVersion = (message: StoredMessage): EarlierVersion[] =>
  message.isDeleted
    ? []
    : [asEarlier(message), ...message.versions.toSorted((a, b) => b.version - a.version)];
