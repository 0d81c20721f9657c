import type { Problem } from '../../errors/problem.js';
import type { FailedRequest, ForeignApi } from './foreign-contract.js';
import { apiKeyHeader, bearerToken } from './token-headers.js';

/** OFREP 0.3: `errorCode` if an evaluation failed, only `errorDetails` if the service failed. */
export const OFREP: ForeignApi = {
  name: 'ofrep',
  credentialOf: (headers) => bearerToken(headers) ?? apiKeyHeader(headers),
  toError: (problem, request) => {
    const status = problem.status === 422 ? 400 : problem.status;
    if (status !== 400 && status !== 404) return { status, body: { errorDetails: problem.detail } };
    const { key } = request.params as { key?: string };
    return {
      status,
      body: {
        ...(key !== undefined && { key }),
        errorCode: errorCodeOf(problem, request),
        errorDetails: detailsOf(problem),
      },
    };
  },
  isCalledByBrowsers: true,
  docs: {
    security: ['bearer', 'apiKey'],
    errors: [400, 401, 403, 404, 413, 414, 415, 429, 503],
    errorBody: {
      schema: {
        type: 'object',
        properties: {
          key: { type: 'string' },
          errorCode: {
            type: 'string',
            enum: ['PARSE_ERROR', 'TARGETING_KEY_MISSING', 'INVALID_CONTEXT', 'FLAG_NOT_FOUND', 'GENERAL'],
          },
          errorDetails: { type: 'string' },
        },
      },
      example: { key: 'new-checkout', errorCode: 'FLAG_NOT_FOUND', errorDetails: 'There is no such flag.' },
    },
  },
};

function errorCodeOf({ status, code, errors }: Problem, { params }: FailedRequest): string {
  if (status === 404) return (params as { key?: string }).key === undefined ? 'GENERAL' : 'FLAG_NOT_FOUND';
  if (code === 'request.malformed') return 'PARSE_ERROR';
  if (errors.some(({ path }) => path === 'context.targetingKey')) return 'TARGETING_KEY_MISSING';
  return errors.some(({ path }) => path.startsWith('context')) ? 'INVALID_CONTEXT' : 'GENERAL';
}

const detailsOf = ({ detail, errors }: Problem): string =>
  errors.length === 0 ? detail : errors.map(({ path, message }) => `${path}: ${message}`).join('; ');
