import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { validate } from 'uuid';

import { Postgres } from '../../stores/postgres/postgres.js';
import { uuidArray } from '../../stores/postgres/uuid-array.js';
import { persistently } from './persistently.js';

const MAX_KNOWN = 50_000;

/** The organisations that exist or existed. Documents of a deleted organisation still belong to it. */
@Injectable()
export class OrganizationsOfRecord {
  constructor(private readonly postgres: Postgres) {}

  /**
   * A register for one comparison, which remembers what it has looked up. `isDeletedKnown`: a deleted organisation is
   * known too.
   */
  register({ isDeletedKnown }: { isDeletedKnown: boolean }): OrganizationRegister {
    return new OrganizationRegister((ids) => this.existing(ids, isDeletedKnown));
  }

  private existing(ids: readonly string[], isDeletedKnown: boolean): Promise<string[]> {
    const valid = ids.filter((id) => validate(id));
    if (valid.length === 0) return Promise.resolve([]);
    return persistently(() =>
      this.postgres.liveness.run(async () => {
        const rows = await this.postgres.sql<{ id: string }[]>`
          select id::text as id from organizations where id = any(${uuidArray(valid)}::uuid[])
          union
          select aggregate_id from outbox_events
          where ${isDeletedKnown} and type = 'organization.deleted' and aggregate_type = 'organization'
            and aggregate_id in (select json_array_elements_text(${JSON.stringify(valid)}::text::json))`;
        return rows.map(({ id }) => id);
      }, 'reconciliation.organizations'),
    );
  }
}

/** The organisations of one comparison. */
export class OrganizationRegister {
  private readonly known = new LRUCache<string, true>({ max: MAX_KNOWN });

  constructor(private readonly existing: (ids: readonly string[]) => Promise<readonly string[]>) {}

  /** Those of `ids` that never were an organisation, including values that are no text. */
  async unknown(ids: Iterable<unknown>): Promise<Set<unknown>> {
    const open = [...new Set(ids)].filter((id) => typeof id !== 'string' || !this.known.has(id));
    const texts = open.filter((id) => typeof id === 'string');
    const found = new Set(texts.length === 0 ? [] : await this.existing(texts));
    for (const id of found) this.known.set(id, true);
    return new Set(open.filter((id) => typeof id !== 'string' || !found.has(id)));
  }
}
