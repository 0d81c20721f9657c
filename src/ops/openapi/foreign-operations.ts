import { STATUS_CODES } from 'node:http';

import type { ForeignDocs } from '../../common/http/foreign/foreign-contract.js';
import type { PlacedOperation, ResponseObject } from './openapi-types.js';

/** Adds the errors and the credential of a route with a foreign contract. */
export function completeForeign({ operation }: PlacedOperation, docs: ForeignDocs, isPublic: boolean): void {
  operation.security ??= isPublic ? [] : docs.security.map((scheme) => ({ [scheme]: [] }));
  for (const status of docs.errors) operation.responses[status] ??= errorResponse(status, docs);
}

function errorResponse(status: number, { errorBody }: ForeignDocs): ResponseObject {
  const retry = status === 429 || status === 503;
  return {
    description: STATUS_CODES[status] ?? 'Error',
    ...(retry && {
      headers: {
        'Retry-After': {
          description: 'Seconds to wait before trying again.',
          schema: { type: 'integer', minimum: 1 },
        },
      },
    }),
    ...(errorBody && {
      content: { 'application/json': { schema: errorBody.schema, example: errorBody.example } },
    }),
  };
}
