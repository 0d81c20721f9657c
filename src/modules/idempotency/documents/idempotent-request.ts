import { sha256Hex } from '../../../common/crypto/tokens.js';

const DAY_MS = 86_400_000;
/** A document that is changed by many keyed requests forgets the oldest of them. */
const KEPT = 50;

type Fields = Readonly<Record<string, unknown>>;

/** The first answer, as a repetition gets it. */
export interface FirstAnswer {
  status: number;
  location: string | null;
  /** JSON; null for an answer without a body. */
  body: string | null;
}

/** What a document keeps of a request with an `Idempotency-Key`, in its `idempotency`. */
export interface IdempotencyRecord {
  /** SHA-256 over organisation, principal and key: unique in the collection. */
  key_hash: string;
  /** SHA-256 over the key and the request. The key itself is not kept, so a guess at the request proves nothing. */
  fingerprint: string;
  expires_at: Date;
  /** Missing for as long as the first request has not answered. */
  answer?: FirstAnswer;
}

/** Whose request it is, and what it asks for. */
export interface KeyedRequest {
  orgId: string;
  principal: string;
  key: string;
  method: string;
  url: string;
  body: unknown;
}

/** A request with an `Idempotency-Key`, on its way to the write of its document. */
export class IdempotentRequest {
  readonly keyHash: string;
  readonly fingerprint: string;
  readonly expiresAt: Date;
  /** The document was written by an earlier request with this key. */
  isRepeated = false;

  constructor(
    { orgId, principal, key, method, url, body }: KeyedRequest,
    readonly at: Date,
  ) {
    this.keyHash = sha256Hex(JSON.stringify([orgId, principal, key]));
    this.fingerprint = sha256Hex(JSON.stringify([key, method, url, body ?? null]));
    this.expiresAt = new Date(at.getTime() + DAY_MS);
  }

  get record(): IdempotencyRecord {
    return { key_hash: this.keyHash, fingerprint: this.fingerprint, expires_at: this.expiresAt };
  }
}

/** A new document together with the record of the request that makes it. */
export const recording = <T extends object>(
  document: T,
  request: IdempotentRequest | null,
): T & { idempotency?: IdempotencyRecord[] } =>
  request === null ? document : { ...document, idempotency: [request.record] };

/** An update together with the record of the request that makes it: `POST …/{key}/publish`. */
export function withRecord(update: Fields, request: IdempotentRequest | null): Fields {
  if (request === null) return update;
  const pushed = update['$push'];
  return {
    ...update,
    $push: {
      ...(typeof pushed === 'object' ? pushed : {}),
      idempotency: { $each: [request.record], $slice: -KEPT },
    },
  };
}

/** The condition under which `withRecord` may be applied: not twice for one key. */
export const unrecorded = (filter: Fields, request: IdempotentRequest | null): Fields =>
  request === null ? filter : { ...filter, 'idempotency.key_hash': { $ne: request.keyHash } };
