import { sha256Hex } from '../../../common/crypto/tokens.js';
import { canonicalRequest } from '../canonical-request.js';

/** A record is kept for its own day and the next one (UTC), so for 24 hours at least. */
const DAY_MS = 86_400_000;
/** A document that many keyed requests change drops the oldest records. */
const KEPT = 50;

type Fields = Readonly<Record<string, unknown>>;

/** The first answer, as a repetition receives it. */
export interface FirstAnswer {
  status: number;
  location: string | null;
  /** JSON. Null for an answer without a body. */
  body: string | null;
}

/** A document's record of a request with an `Idempotency-Key`, in its `idempotency`. */
export interface IdempotencyRecord {
  /**
   * SHA-256 over organisation, principal, key and day, for each day on which it is valid. Each is unique in the
   * collection. Two requests around midnight share one of the days, by which one of them is refused. No value is ever
   * used again, so nothing depends on how a server frees the values of unique indexes.
   */
  keys: readonly string[];
  /**
   * SHA-256 over the key and the request. The key itself is not stored, so a guess of the request cannot be verified.
   */
  fingerprint: string;
  expires_at: Date;
  /** Missing until the first request has answered. */
  answer?: FirstAnswer;
}

/** The principal and the content of a request. */
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
  /** Equal for all requests with this key. */
  readonly identity: string;
  readonly record: IdempotencyRecord;
  /** An earlier request with this key has written the document. */
  isRepeated = false;

  constructor({ orgId, principal, key, method, url, body }: KeyedRequest, at: Date) {
    const day = Math.floor(at.getTime() / DAY_MS);
    this.identity = JSON.stringify([orgId, principal, key]);
    this.record = {
      keys: [day, day + 1].map((each) => sha256Hex(JSON.stringify([orgId, principal, key, each]))),
      fingerprint: sha256Hex(JSON.stringify([key, canonicalRequest({ method, url, body })])),
      expires_at: new Date((day + 2) * DAY_MS),
    };
  }
}

/** A new document together with the record of the request that creates it. */
export const recording = <T extends object>(
  document: T,
  request: IdempotentRequest | null,
): T & { idempotency?: IdempotencyRecord[] } =>
  request === null ? document : { ...document, idempotency: [request.record] };

/** An update together with the record of its request: `POST …/{key}/publish`. */
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

/** The condition under which `withRecord` may be applied: at most once for one key. */
export const unrecorded = (filter: Fields, request: IdempotentRequest | null): Fields =>
  request === null ? filter : { ...filter, 'idempotency.keys': { $nin: request.record.keys } };
