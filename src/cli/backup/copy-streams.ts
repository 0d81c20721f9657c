import { pipeline } from 'node:stream/promises';

import type { TransactionSql } from 'postgres';

/** Rows from `COPY … TO STDOUT`. A chunk contains whole rows. The consumer may be slow. */
export async function* copyOut(tx: TransactionSql, statement: string): AsyncGenerator<Uint8Array> {
  const rows = await tx.unsafe(statement).readable();
  try {
    for await (const chunk of rows) yield chunk as Uint8Array;
  } finally {
    // The driver pauses its socket for a slow reader, but does not resume it if the last row caused the pause. Then
    // the answer to the next statement would never be read.
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
  // The driver rejects the query, whose promise is fulfilled already, so a refusal of the last rows would be lost.
  const refusable: { reject: (error: Error) => void } = query as never;
  refusable.reject = (error) => sink.destroy(error);
  await pipeline(rows, sink);
}
