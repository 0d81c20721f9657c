import { Injectable } from '@nestjs/common';

import { NotFound } from '../../common/errors/kinds.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { newId } from '../../common/ids/ids.js';
import { Clock } from '../../common/time/clock.js';
import { localDateOf } from '../../common/time/local-days.js';
import { Effects } from '../../flows/effects/effects.js';
import { newActivityEffect } from '../activity/activity.effects.js';
import { IdempotentDocuments } from '../idempotency/documents/idempotent-documents.service.js';
import type { IdempotentRequest } from '../idempotency/documents/idempotent-request.js';
import { TimeZones } from '../users/time-zones.service.js';
import { PromptChoice } from './prompt-choice.pg.read-model.js';
import type { PromptSet } from './prompt-set.js';
import { promptSetsCollection } from './prompt-sets.collection.js';
import { PromptSetsRepository } from './prompt-sets.mongo.repository.js';
import { canCompletePrompts, canReadPromptSet } from './prompts.policy.js';

const PROMPTS_OF_A_DAY = 3;

const notOfToday = () => new NotFound('The set of today has no such prompt.');

/** The caller's own set of prompts for the present day in their time zone. Rejects with `StoreUnavailable`. */
@Injectable()
export class PromptSets {
  constructor(
    private readonly sets: PromptSetsRepository,
    private readonly choice: PromptChoice,
    private readonly zones: TimeZones,
    private readonly idempotent: IdempotentDocuments,
    private readonly effects: Effects,
    private readonly clock: Clock,
  ) {}

  /** Created at the first request. From then on it stays the same, whatever happens to the library. */
  async today(actor: Principal): Promise<PromptSet> {
    assertCan(canReadPromptSet(actor));
    return this.ofToday(actor);
  }

  /** A completed prompt keeps the moment of its first completion. Throws `NotFound`. */
  async complete(actor: Principal, promptId: string, request: IdempotentRequest | null): Promise<PromptSet> {
    assertCan(canCompletePrompts(actor));
    const set = await this.ofToday(actor);
    const prompt = set.prompts.find(({ id }) => id === promptId);
    if (!prompt) throw notOfToday();
    if (prompt.completed_at) {
      await this.idempotent.note(promptSetsCollection.name, set._id, request);
      return set;
    }
    const at = this.clock.now();
    const effect = newActivityEffect(actor, {
      event_type: 'prompt.completed',
      resource_type: 'prompt_set',
      resource_id: set._id,
      payload: { prompt_id: promptId },
      tags: [],
      at,
    });
    const changed = await this.sets.complete(set, promptId, at, effect, request);
    if (!changed) {
      await this.idempotent.note(promptSetsCollection.name, set._id, request);
      return this.ofToday(actor);
    }
    await this.effects.deliver(promptSetsCollection, changed._id, [effect]);
    return changed;
  }

  private async ofToday({ orgId, userId }: Principal): Promise<PromptSet> {
    const at = this.clock.now();
    const date = localDateOf(at, await this.zones.of(orgId, userId));
    const stored = await this.sets.find(orgId, userId, date);
    if (stored) return stored;
    const chosen = await this.choice.of(orgId, userId, date, PROMPTS_OF_A_DAY);
    const set: PromptSet = {
      _id: newId(),
      organization_id: orgId,
      user_id: userId,
      date,
      prompts: chosen.map(({ id, text, category }) => ({ id, text, category, completed_at: null })),
      created_at: at,
    };
    // An empty set is not stored, because the library may get prompts later in the day.
    if (chosen.length === 0 || (await this.sets.insert(set))) return set;
    return (await this.sets.find(orgId, userId, date)) ?? set;
  }
}
