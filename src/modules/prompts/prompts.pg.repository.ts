import { Injectable } from '@nestjs/common';
import { and, desc, eq } from 'drizzle-orm';

import { rising } from '../../stores/postgres/columns.js';
import { idBelow } from '../../stores/postgres/keyset.js';
import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import type { NewPrompt, Prompt } from './prompt.js';
import { prompts } from './prompts.table.js';

export interface PromptFilter {
  category?: string | undefined;
  isActive?: boolean | undefined;
}

/** The library of prompts. */
@Injectable()
export class PromptsRepository {
  constructor(private readonly postgres: Postgres) {}

  async find(id: string): Promise<Prompt | null> {
    const [row] = await this.postgres.run((db) => db.select().from(prompts).where(eq(prompts.id, id)));
    return row ?? null;
  }

  /** Newest first, by id (UUIDv7). */
  list({ category, isActive }: PromptFilter, limit: number, beforeId: string | null): Promise<Prompt[]> {
    return this.postgres.run((db) =>
      db
        .select()
        .from(prompts)
        .where(
          and(
            category === undefined ? undefined : eq(prompts.category, category),
            isActive === undefined ? undefined : eq(prompts.isActive, isActive),
            idBelow(prompts.id, beforeId),
          ),
        )
        .orderBy(desc(prompts.id))
        .limit(limit),
    );
  }

  /** The prompt, locked until the transaction ends. */
  async findForUpdate(tx: Tx, id: string): Promise<Prompt | null> {
    const [row] = await tx.select().from(prompts).where(eq(prompts.id, id)).for('update');
    return row ?? null;
  }

  async insert(tx: Tx, prompt: NewPrompt): Promise<Prompt> {
    const [row] = await tx.insert(prompts).values(prompt).returning();
    if (!row) throw new Error('An insert returned no row');
    return row;
  }

  async update(tx: Tx, { id, text, category, isActive }: NewPrompt): Promise<Prompt> {
    const updatedAt = rising(prompts.updatedAt);
    const [row] = await tx
      .update(prompts)
      .set({ text, category, isActive, updatedAt })
      .where(eq(prompts.id, id))
      .returning();
    if (!row) throw new Error('A locked row disappeared');
    return row;
  }

  async delete(tx: Tx, id: string): Promise<void> {
    await tx.delete(prompts).where(eq(prompts.id, id));
  }
}
