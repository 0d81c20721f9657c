/** Node.js error codes of a socket whose other end is gone, or never existed. */
export const SOCKET_ERRORS = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'] as const;
