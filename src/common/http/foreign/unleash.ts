import type { ForeignApi } from './foreign-contract.js';
import { bareToken } from './token-headers.js';

const NAMES: Readonly<Record<number, string>> = {
  400: 'BadDataError',
  401: 'AuthenticationRequired',
  403: 'NoAccessError',
  404: 'NotFoundError',
  409: 'ConflictError',
  413: 'ContentTooLargeError',
  415: 'ContentTypeError',
  422: 'BadDataError',
  429: 'RateLimitError',
  503: 'ServiceUnavailableError',
};

/** The client and frontend APIs for Unleash's SDKs. `Authorization` contains the token without a scheme. */
export const UNLEASH: ForeignApi = {
  name: 'unleash',
  credentialOf: bareToken,
  toError: ({ status, detail, errors, request_id }) => ({
    status: status === 422 ? 400 : status,
    body: {
      id: request_id,
      name: NAMES[status] ?? 'InternalError',
      message: detail,
      ...(errors.length > 0 && {
        details: errors.map(({ path, message }) => ({ message: `${path}: ${message}`, path })),
      }),
    },
  }),
  isCalledByBrowsers: true,
  docs: {
    security: ['unleashToken'],
    errors: [400, 401, 403, 413, 415, 429, 503],
    errorBody: {
      schema: {
        type: 'object',
        required: ['id', 'name', 'message'],
        properties: {
          id: { type: 'string' },
          name: { type: 'string' },
          message: { type: 'string' },
          details: { type: 'array', items: { type: 'object', properties: { message: { type: 'string' } } } },
        },
      },
      example: {
        id: '01981c7e-52a0-7b5e-9d42-0f3f6f1f8a11',
        name: 'AuthenticationRequired',
        message: 'A valid credential is required.',
      },
    },
  },
};
