import type { TransactionSql } from 'postgres';

import type { CatalogTable } from './postgres-catalog.js';

/** The state of the credentials that an archive has restored. */
export interface RestoredCredentials {
  /** Sessions and other tokens, all of which are ended. */
  endedTokens: number;
  /** Keys that work again, or would without `disableKeys`. */
  liveKeys: number;
  areKeysDisabled: boolean;
}

const has = (table: CatalogTable | undefined, ...names: readonly string[]): boolean =>
  names.every((name) => table?.columns.some((column) => column.name === name));

/**
 * An archive does not contain what was ended or revoked after it was written. Sessions and one-time tokens are easy to
 * replace, so all of them are ended. Programs depend on their keys, so keys are only counted, or disabled on request.
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
