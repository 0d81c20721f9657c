/** The direct messages of both stores. */
export const DIRECT_MESSAGES = Symbol('direct messages');
