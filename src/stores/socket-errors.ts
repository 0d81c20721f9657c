/** What Node.js says of a socket whose other end is gone, or was never there. */
export const SOCKET_ERRORS = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'] as const;
