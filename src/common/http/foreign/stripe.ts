import type { ForeignApi } from './foreign-contract.js';

/** Stripe's webhooks: the signature over the raw body is the credential, and the handler checks it. */
export const STRIPE: ForeignApi = {
  name: 'stripe',
  credentialOf: () => null,
  toError: ({ status, code, detail }) => ({
    status: status === 422 ? 400 : status,
    body: { error: { type: status >= 500 ? 'api_error' : 'invalid_request_error', code, message: detail } },
  }),
  isCalledByBrowsers: false,
  docs: {
    security: [],
    errors: [400, 413, 415, 503],
    errorBody: {
      schema: {
        type: 'object',
        required: ['error'],
        properties: {
          error: {
            type: 'object',
            required: ['type', 'code', 'message'],
            properties: {
              type: { type: 'string' },
              code: { type: 'string' },
              message: { type: 'string' },
            },
          },
        },
      },
      example: {
        error: {
          type: 'invalid_request_error',
          code: 'request.malformed',
          message: 'The signature is not valid.',
        },
      },
    },
  },
};
