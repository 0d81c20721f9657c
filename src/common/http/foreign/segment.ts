import type { ForeignApi } from './foreign-contract.js';
import { basicUserName, bearerToken } from './token-headers.js';

/**
 * The tracking API for Segment's SDKs. The write key is the user name of HTTP Basic. The SDKs drop a batch after a 4xx
 * other than 408, 429 and 460, and repeat it after a 5xx.
 */
export const SEGMENT: ForeignApi = {
  name: 'segment',
  credentialOf: (headers) => basicUserName(headers) || bearerToken(headers),
  toError: ({ status, code, detail, errors }) => ({
    // Segment has no 422.
    status: status === 422 ? 400 : status,
    body: { success: false, code, message: detail, ...(errors.length > 0 && { errors }) },
  }),
  isCalledByBrowsers: true,
  readsPlainText: true,
  docs: {
    security: ['segmentWriteKey'],
    errors: [400, 401, 403, 413, 415, 429, 503],
    errorBody: {
      schema: {
        type: 'object',
        required: ['success', 'code', 'message'],
        properties: {
          success: { type: 'boolean', const: false },
          code: { type: 'string' },
          message: { type: 'string' },
          errors: { type: 'array', items: { type: 'object' } },
        },
      },
      example: { success: false, code: 'request.malformed', message: 'The body is not valid JSON.' },
    },
  },
};
