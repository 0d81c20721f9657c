import { Injectable } from '@nestjs/common';
import { eq, sql } from 'drizzle-orm';

import { Postgres } from '../../stores/postgres/postgres.js';
import type { Prompt } from './prompt.js';
import { prompts } from './prompts.table.js';

/** Chooses the prompts of a day. */
@Injectable()
export class PromptChoice {
  constructor(private readonly postgres: Postgres) {}

  /**
   * At most `count` of the active prompts. With the same library, the choice for a person and day is the same on every
   * instance, because the prompts are ordered by a digest of person, day and prompt. MD5 protects no secret here, and
   * every PostgreSQL has it.
   */
  of(
    orgId: string,
    userId: string,
    date: string,
    count: number,
  ): Promise<Pick<Prompt, 'id' | 'text' | 'category'>[]> {
    const place = sql`md5(${`${orgId}:${userId}:${date}:`} || ${prompts.id}::text)`;
    return this.postgres.run((db) =>
      db
        .select({ id: prompts.id, text: prompts.text, category: prompts.category })
        .from(prompts)
        .where(eq(prompts.isActive, true))
        .orderBy(place, prompts.id)
        .limit(count),
    );
  }
}
