import type { TransactionSql } from 'postgres';

import type { CatalogTable } from './postgres-catalog.js';

/** What became of the credentials that an archive has brought back. */
export interface RestoredCredentials {
  /** Sessions, and what else has a token: all of them are ended. */
  endedTokens: number;
  /** Keys that work again, or would. */
  liveKeys: number;
  areKeysDisabled: boolean;
}

const has = (table: CatalogTable | undefined, ...names: readonly string[]): boolean =>
  names.every((name) => table?.columns.some((column) => column.name === name));

/**
 * An archive knows nothing of what was ended or revoked since it was written. Sessions and one-time tokens are easily had
 * anew, so all of them end. Programs depend on their keys, so these are only counted, or disabled where that is asked for.
 */
export async function settleCredentials(
  tx: TransactionSql,
  tables: ReadonlyMap<string, CatalogTable>,
  { disableKeys }: { disableKeys: boolean },
): Promise<RestoredCredentials> {
  let endedTokens = 0;
  for (const table of tables.values()) {
    if (!has(table, 'token_hash')) continue;
    endedTokens += (await tx.unsafe(`delete from ${table.qualified}`)).count;
  }
  const keys = tables.get('api_keys');
  if (!keys || !has(keys, 'revoked_at', 'expires_at'))
    return { endedTokens, liveKeys: 0, areKeysDisabled: false };
  const live = 'revoked_at is null and (expires_at is null or expires_at > now())';
  const { count: liveKeys } = disableKeys
    ? await tx.unsafe(`update ${keys.qualified} set revoked_at = now() where ${live}`)
    : await tx.unsafe(`select 1 from ${keys.qualified} where ${live}`);
  return { endedTokens, liveKeys, areKeysDisabled: disableKeys };
}
