import type { Tx } from '../../stores/postgres/postgres.js';

/** The tables of messages, as far as an erasure needs them. */
export type Authors = readonly { forgetAuthor: (tx: Tx, userId: string) => Promise<void> }[];

export const AUTHORS = Symbol('authors of messages');
