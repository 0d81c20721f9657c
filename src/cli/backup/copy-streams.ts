import { pipeline } from 'node:stream/promises';

import type { TransactionSql } from 'postgres';

/** Rows as `COPY … TO STDOUT` gives them; a chunk holds whole rows. The consumer may be as slow as it likes. */
export async function* copyOut(tx: TransactionSql, statement: string): AsyncGenerator<Uint8Array> {
  const rows = await tx.unsafe(statement).readable();
  try {
    for await (const chunk of rows) yield chunk as Uint8Array;
  } finally {
    // The driver pauses its socket for a slow reader, and forgets to resume it where the last row was what made it
    // pause: the next statement's answer would never be read.
    rows._read(0);
  }
}

/** Feeds `COPY … FROM STDIN`. Rejects with the error of PostgreSQL, or of the source. */
export async function copyIn(
  tx: TransactionSql,
  statement: string,
  rows: AsyncIterable<Uint8Array>,
): Promise<void> {
  const query = tx.unsafe(statement);
  const sink = await query.writable();
  // The driver rejects the query, which is fulfilled already: a refusal of the last rows would be heard by nobody.
  const refusable: { reject: (error: Error) => void } = query as never;
  refusable.reject = (error) => sink.destroy(error);
  await pipeline(rows, sink);
}
