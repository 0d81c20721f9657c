import { Injectable } from '@nestjs/common';

import { NotFound } from '../../common/errors/kinds.js';
import { assertIfMatch } from '../../common/http/etag.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { isId, newId } from '../../common/ids/ids.js';
import { Outbox } from '../../flows/outbox/outbox.js';
import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import type { NewPrompt, Prompt } from './prompt.js';
import { toPromptResponse } from './prompt.response.js';
import type { CreatePromptDto, UpdatePromptDto } from './prompts.dto.js';
import { promptChanged } from './prompts.events.js';
import { type PromptFilter, PromptsRepository } from './prompts.pg.repository.js';
import { canManagePrompts } from './prompts.policy.js';

const notFound = () => new NotFound('There is no such prompt.');

/** The library of prompts, for platform admins. */
@Injectable()
export class PromptsService {
  constructor(
    private readonly postgres: Postgres,
    private readonly prompts: PromptsRepository,
    private readonly outbox: Outbox,
  ) {}

  create(actor: Principal, { text, category, is_active: isActive }: CreatePromptDto): Promise<Prompt> {
    assertCan(canManagePrompts(actor));
    return this.postgres.transaction(async (tx) => {
      const prompt = await this.prompts.insert(tx, { id: newId(), text, category, isActive });
      await this.outbox.add(tx, promptChanged(actor, 'prompt.created', prompt));
      return prompt;
    });
  }

  /** Newest first, and one more than `limit` if it exists. */
  list(actor: Principal, filter: PromptFilter, limit: number, beforeId: string | null): Promise<Prompt[]> {
    assertCan(canManagePrompts(actor));
    return this.prompts.list(filter, limit + 1, beforeId);
  }

  /** Throws `NotFound`. */
  async get(actor: Principal, id: string): Promise<Prompt> {
    assertCan(canManagePrompts(actor));
    const prompt = isId(id) ? await this.prompts.find(id) : null;
    if (!prompt) throw notFound();
    return prompt;
  }

  /** Existing sets keep the old text. Throws `NotFound`, `PreconditionFailed`. */
  update(actor: Principal, id: string, input: UpdatePromptDto, ifMatch?: string): Promise<Prompt> {
    assertCan(canManagePrompts(actor));
    return this.postgres.transaction(async (tx) => {
      const current = await this.locked(tx, id, ifMatch);
      const wanted: NewPrompt = {
        id: current.id,
        text: input.text ?? current.text,
        category: input.category === undefined ? current.category : input.category,
        isActive: input.is_active ?? current.isActive,
      };
      if (isSame(wanted, current)) return current;
      const updated = await this.prompts.update(tx, wanted);
      await this.outbox.add(tx, promptChanged(actor, 'prompt.updated', updated));
      return updated;
    });
  }

  /** Throws `NotFound`, `PreconditionFailed`. */
  async delete(actor: Principal, id: string, ifMatch?: string): Promise<void> {
    assertCan(canManagePrompts(actor));
    await this.postgres.transaction(async (tx) => {
      const current = await this.locked(tx, id, ifMatch);
      await this.prompts.delete(tx, current.id);
      await this.outbox.add(tx, promptChanged(actor, 'prompt.deleted', current));
    });
  }

  private async locked(tx: Tx, id: string, ifMatch: string | undefined): Promise<Prompt> {
    const current = isId(id) ? await this.prompts.findForUpdate(tx, id) : null;
    if (!current) throw notFound();
    assertIfMatch(ifMatch, toPromptResponse(current));
    return current;
  }
}

const isSame = (one: NewPrompt, other: NewPrompt): boolean =>
  one.text === other.text && one.category === other.category && one.isActive === other.isActive;
