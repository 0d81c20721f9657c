import { Injectable } from '@nestjs/common';
import { inArray } from 'drizzle-orm';

import { isId } from '../../common/ids/ids.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { prompts } from './prompts.table.js';

/** Lookups in the library of prompts for other modules. */
@Injectable()
export class PromptsReadModel {
  constructor(private readonly postgres: Postgres) {}

  /** Those of these ids that are prompts of the library, active or not. */
  async existing(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const asked = [...new Set(ids)].filter(isId);
    if (asked.length === 0) return new Set();
    const rows = await this.postgres.run((db) =>
      db.select({ id: prompts.id }).from(prompts).where(inArray(prompts.id, asked)),
    );
    return new Set(rows.map(({ id }) => id));
  }
}
