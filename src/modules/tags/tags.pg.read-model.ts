import { Injectable } from '@nestjs/common';
import { and, eq, inArray } from 'drizzle-orm';

import { isId } from '../../common/ids/ids.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { tags } from './tags.table.js';

/** Lookups of tags for other modules. */
@Injectable()
export class TagsReadModel {
  constructor(private readonly postgres: Postgres) {}

  /** Those of these ids that are tags of this person in this organisation. */
  async ownedBy(orgId: string, userId: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
    const asked = [...new Set(ids)].filter(isId);
    if (asked.length === 0) return new Set();
    const rows = await this.postgres.run((db) =>
      db
        .select({ id: tags.id })
        .from(tags)
        .where(and(eq(tags.organizationId, orgId), eq(tags.userId, userId), inArray(tags.id, asked))),
    );
    return new Set(rows.map(({ id }) => id));
  }
}
