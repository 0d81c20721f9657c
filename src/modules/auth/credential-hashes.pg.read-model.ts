import { Injectable } from '@nestjs/common';
import { validate } from 'uuid';

import { Postgres } from '../../stores/postgres/postgres.js';
import { persistently } from '../../flows/reconciliation/persistently.js';

/** Finds the hash of the token of a session or an API key. The cache stores the identity under this hash. */
@Injectable()
export class CredentialHashes {
  constructor(private readonly postgres: Postgres) {}

  /** Null if there is no such session. */
  ofSession(id: string): Promise<string | null> {
    return this.one(
      id,
      (sql) => sql<{ found: string }[]>`select token_hash as found from sessions where id = ${id}`,
    );
  }

  /** Null if there is no such key. */
  ofApiKey(id: string): Promise<string | null> {
    return this.one(
      id,
      (sql) => sql<{ found: string }[]>`select key_hash as found from api_keys where id = ${id}`,
    );
  }

  /** The hash of a secret that a rotation has replaced. Null if there is no such secret. */
  ofReplacedSecret(id: string): Promise<string | null> {
    return this.one(
      id,
      (sql) => sql<{ found: string }[]>`select key_hash as found from api_key_secrets where id = ${id}`,
    );
  }

  private async one(
    id: string,
    query: (sql: Postgres['sql']) => Promise<readonly { found: string }[]>,
  ): Promise<string | null> {
    if (!validate(id)) return null;
    const rows = await persistently(() =>
      this.postgres.liveness.run(() => query(this.postgres.sql), 'reconciliation.credentials'),
    );
    return rows[0]?.found ?? null;
  }
}
