import { Injectable } from '@nestjs/common';
import { validate } from 'uuid';

import { Postgres } from '../../stores/postgres/postgres.js';
import { persistently } from '../../flows/reconciliation/persistently.js';

/** From a session or an API key to the hash of its token, under which the cache keeps who it is. */
@Injectable()
export class CredentialHashes {
  constructor(private readonly postgres: Postgres) {}

  /** Null where there is no such session. */
  ofSession(id: string): Promise<string | null> {
    return this.one(
      id,
      (sql) => sql<{ found: string }[]>`select token_hash as found from sessions where id = ${id}`,
    );
  }

  /** Null where there is no such key. */
  ofApiKey(id: string): Promise<string | null> {
    return this.one(
      id,
      (sql) => sql<{ found: string }[]>`select key_hash as found from api_keys where id = ${id}`,
    );
  }

  /** Of a secret that a rotation has replaced. Null where there is no such secret. */
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
