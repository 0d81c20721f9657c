import { STATUS_CODES } from 'node:http';

import type { Components, HeaderObjects, Response } from './openapi-types.js';

interface ProblemKind {
  code: string;
  detail: string;
  headers?: HeaderObjects;
}

const RETRY_AFTER: HeaderObjects = {
  'Retry-After': {
    description: 'Seconds to wait before trying again.',
    schema: { type: 'integer', minimum: 1 },
  },
};

/** Every status that a client has to expect, with its most usual code. */
const KINDS = {
  400: {
    code: 'request.malformed',
    detail: 'The request cannot be read, or has an unknown or malformed parameter.',
  },
  401: {
    code: 'auth.unauthenticated',
    detail: 'A valid credential is required.',
    headers: { 'WWW-Authenticate': { description: 'RFC 9110, section 11.6.1.', schema: { type: 'string' } } },
  },
  403: { code: 'auth.forbidden', detail: 'You are not allowed to do this.' },
  404: { code: 'resource.not_found', detail: 'There is no such resource; or it belongs to somebody else.' },
  408: { code: 'request.timeout', detail: 'The request took too long to arrive.' },
  409: { code: 'resource.conflict', detail: 'The state of the resource does not allow it.' },
  412: { code: 'request.precondition_failed', detail: 'The resource has changed since you read it.' },
  413: { code: 'request.too_large', detail: 'The body is larger than this route allows.' },
  414: { code: 'request.uri_too_long', detail: 'A part of the address is too long.' },
  415: { code: 'request.unsupported_media_type', detail: 'Send application/json.' },
  416: {
    code: 'request.range_not_satisfiable',
    detail: 'The range begins beyond the end of the file.',
    headers: {
      'Content-Range': { description: '`bytes */1000`: how long the file is.', schema: { type: 'string' } },
    },
  },
  417: {
    code: 'request.expectation_failed',
    detail: 'This server meets no expectation but 100-continue.',
  },
  422: { code: 'request.invalid', detail: 'The request has invalid fields.' },
  429: { code: 'request.rate_limited', detail: 'Too many requests.', headers: RETRY_AFTER },
  431: { code: 'request.headers_too_large', detail: 'The headers are too large.' },
  500: {
    code: 'internal_error',
    detail: 'Something went wrong on our side. Name the request id when you report it.',
  },
  503: {
    code: 'service.store_unavailable',
    detail: 'A database that this request needs cannot be reached right now.',
    headers: RETRY_AFTER,
  },
} as const satisfies Record<number, ProblemKind>;

export type ProblemStatus = keyof typeof KINDS;

export const isProblemStatus = (status: number): status is ProblemStatus => Object.hasOwn(KINDS, status);

const nameOf = (status: ProblemStatus): string => (STATUS_CODES[status] ?? '').replaceAll(/[^A-Za-z]/g, '');

export const problemReference = (status: ProblemStatus): Response => ({
  $ref: `#/components/responses/${nameOf(status)}`,
});

const FIELD_ERROR = { path: 'email', code: 'invalid_format', message: 'must be an e-mail address' };

function exampleOf(status: ProblemStatus): object {
  const { code, detail } = KINDS[status];
  return {
    type: `urn:triptych:problem:${code}`,
    title: STATUS_CODES[status],
    status,
    detail,
    instance: '/api/v1/users',
    code,
    request_id: '01981c7e-52a0-7b5e-9d42-0f3f6f1f8a11',
    errors: status === 422 ? [FIELD_ERROR] : [],
  };
}

const text = (description: string) => ({ type: 'string', description });

/** The component schema of RFC 9457 problem details with our extension members. */
export const problemSchema: NonNullable<Components['schemas']>[string] = {
  type: 'object',
  description: 'Problem details (RFC 9457).',
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'request_id', 'errors'],
  properties: {
    type: { type: 'string', format: 'uri', description: 'Identifies the kind of problem.' },
    title: text('The status in words.'),
    status: { type: 'integer', minimum: 400, maximum: 599 },
    detail: text('What went wrong, for people.'),
    instance: text('The path of the request.'),
    code: text('What went wrong, for programs. Stable.'),
    request_id: text('As in X-Request-Id. Name it when you report a fault.'),
    errors: {
      type: 'array',
      description: 'The single faults of a request; empty where there is only one.',
      items: {
        type: 'object',
        required: ['path', 'code', 'message'],
        properties: {
          path: text('Where it is: a dot path.'),
          code: text('Stable.'),
          message: text('For people.'),
        },
      },
    },
  },
};

/** One shared response for each status. */
export const problemResponses = (shared: HeaderObjects): NonNullable<Components['responses']> =>
  Object.fromEntries(
    (Object.keys(KINDS).map(Number) as ProblemStatus[]).map((status) => {
      const kind: ProblemKind = KINDS[status];
      const response: Response = {
        description: kind.detail,
        headers: { ...shared, ...kind.headers },
        content: {
          'application/problem+json': {
            schema: { $ref: '#/components/schemas/Problem' },
            example: exampleOf(status),
          },
        },
      };
      return [nameOf(status), response];
    }),
  );
