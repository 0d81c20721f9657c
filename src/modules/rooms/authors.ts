import type { Tx } from '../../stores/postgres/postgres.js';

/** Tables of messages, as far as an erasure has to know of them. */
export type Authors = readonly { forgetAuthor: (tx: Tx, userId: string) => Promise<void> }[];

export const AUTHORS = Symbol('authors of messages');
