import type { FastifyReply, FastifyRequest } from 'fastify';

import type { FieldError } from '../../common/errors/domain-error.js';
import { DomainError } from '../../common/errors/domain-error.js';
import { NotFound } from '../../common/errors/kinds.js';
import { etagOf, matchesNone } from '../../common/http/etag.js';
import type { CacheValue } from '../cache-entry.js';
import type { CacheRead } from '../cache-request.js';

/** Only for this principal's own cache, and to be validated before each use (RFC 9111, section 5.2.2). */
const CACHE_CONTROL = 'private, no-cache';
/** The request headers that identify the principal. Every representation is JSON. */
const VARY = 'Authorization, X-API-Key, X-Organization-Id';
/** A text up to this size is sent together with its head in one write. Bytes always take a second write. */
const ONE_WRITE_BYTES = 8_192;
const JSON_TYPE = 'application/json; charset=utf-8';
/** How long an absence is kept at most. The creation of the record replaces the tags earlier. */
const ABSENCE_MS = 5_000;
/** Set anew for each answer, or meant for one client only. */
const NOT_KEPT = new Set(['content-length', 'content-type', 'etag', 'x-data-source', 'date', 'x-request-id']);

/** A handler's result in the form in which it is sent: serialised once, with the headers that the handler has set. */
export function valueOf(
  result: unknown,
  status: number,
  source: string,
  own: Record<string, string>,
): CacheValue {
  const text = JSON.stringify(result) as string | undefined;
  if (text === undefined) throw new Error('A @Cached() handler must return what JSON can say');
  const body = Buffer.from(text);
  // A cookie is meant for one client at one moment.
  const isKept = own['set-cookie'] === undefined;
  return { body, status, headers: own, etag: etagOf(body), source, ...(isKept ? {} : { ttlMs: 0 }) };
}

/** An absence as an answer that can be kept. The problem document itself is not kept, because it names the request. */
export function absenceOf(error: NotFound, source: string): CacheValue {
  const { code, message, errors } = error;
  const body = Buffer.from(JSON.stringify({ code, message, errors }));
  return { body, status: 404, headers: {}, etag: null, source, ttlMs: ABSENCE_MS, isAbsence: true };
}

/** The error of a kept absence. */
export class KnownAbsence extends NotFound {
  constructor(value: CacheValue) {
    const kept = JSON.parse(value.body.toString('utf8')) as {
      code: string;
      message: string;
      errors: FieldError[];
    };
    super(kept.message, { errors: kept.errors });
    this.code = kept.code;
  }
}

/** What the handler has set since `before` was taken. */
export function headersSince(reply: FastifyReply, before: ReadonlySet<string>): Record<string, string> {
  const own: Record<string, string> = {};
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (!before.has(name) && !NOT_KEPT.has(name) && value !== undefined) own[name] = String(value);
  }
  return own;
}

/** Sets every header of a cached read and returns what to send: the bytes, or nothing with status 304. */
export function send(
  reply: FastifyReply,
  request: FastifyRequest,
  read: CacheRead,
): Buffer | string | undefined {
  const { value } = read;
  void reply.headers(value.headers);
  void reply.header('cache-control', CACHE_CONTROL);
  void reply.header('vary', VARY);
  void reply.header('cache-status', statusOf(read));
  void reply.header('x-data-source', sourceOf(read));
  void reply.header('age', String(Math.floor(read.ageMs / 1_000)));
  if (value.isAbsence) throw new KnownAbsence(value);
  return sendBytes(reply, request, value.body, value.etag ?? etagOf(value.body), value.status);
}

/** Marks an answer, errors included, as private to one principal. */
export function keepPrivate(reply: FastifyReply): void {
  if (!reply.hasHeader('cache-control')) void reply.header('cache-control', CACHE_CONTROL);
  if (!reply.hasHeader('vary')) void reply.header('vary', VARY);
}

/** The headers of a read that is never kept. */
export function sendUncached(
  reply: FastifyReply,
  request: FastifyRequest,
  result: object,
  source: string | null,
): Buffer | string | undefined {
  const body = Buffer.from(JSON.stringify(result));
  keepPrivate(reply);
  void reply.header('cache-status', 'triptych; fwd=bypass');
  if (source !== null) void reply.header('x-data-source', source);
  return sendBytes(reply, request, body, etagOf(body), reply.statusCode);
}

function sendBytes(
  reply: FastifyReply,
  request: FastifyRequest,
  body: Buffer,
  etag: string,
  status: number,
): Buffer | string | undefined {
  void reply.header('etag', etag);
  const condition = request.headers['if-none-match'];
  const isUnchanged = condition !== undefined && status === 200 && matchesNone(condition, etag);
  void reply.status(isUnchanged ? 304 : status);
  if (!isUnchanged) void reply.header('content-type', JSON_TYPE);
  // HEAD is given the bytes as well. Fastify takes their length for Content-Length and sends none of them.
  if (isUnchanged && request.method !== 'HEAD') return undefined;
  return body.length > ONE_WRITE_BYTES ? body : body.toString('utf8');
}

/** RFC 9211. */
function statusOf({ outcome, ttlMs, isStored }: CacheRead): string {
  switch (outcome) {
    case 'hit':
      return `triptych; hit; ttl=${Math.max(0, Math.ceil(ttlMs / 1_000))}`;
    case 'miss':
      return isStored ? 'triptych; fwd=miss; stored' : 'triptych; fwd=miss';
    case 'coalesced':
      return 'triptych; fwd=miss; collapsed';
    case 'stale':
      return 'triptych; fwd=stale';
    case 'bypass':
      return 'triptych; fwd=bypass';
  }
}

const sourceOf = ({ outcome, tier, value }: CacheRead): string => {
  if (outcome === 'stale') return 'cache-stale';
  return tier === 'load' ? value.source : tier;
};

/** Whether a load was rejected because the record does not exist. */
export const isAbsence = (error: unknown): error is NotFound =>
  error instanceof DomainError && error.status === 404;
