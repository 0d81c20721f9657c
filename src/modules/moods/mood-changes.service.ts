import { Injectable } from '@nestjs/common';

import { assertIfMatch } from '../../common/http/etag.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { canonicalId, isId, newId } from '../../common/ids/ids.js';
import { Clock } from '../../common/time/clock.js';
import { Effects } from '../../flows/effects/effects.js';
import { IdempotentDocuments } from '../idempotency/documents/idempotent-documents.service.js';
import type { IdempotentRequest } from '../idempotency/documents/idempotent-request.js';
import type { Mood, StoredMood } from './mood.js';
import { MoodCategoriesReadModel } from './mood-categories.pg.read-model.js';
import { effectsOf } from './mood.effects.js';
import { MoodNotes } from './mood-notes.js';
import { toMoodResponse } from './mood.response.js';
import { moodsCollection } from './moods.collection.js';
import type { CreateMoodDto, UpdateMoodDto } from './moods.dto.js';
import { UnknownMoodCategory } from './moods.errors.js';
import { MoodsRepository } from './moods.mongo.repository.js';
import { canChangeMoods } from './moods.policy.js';
import { moodNotFound } from './moods.service.js';

/** A mood in its stored form and in its decrypted form. */
interface CurrentMood {
  stored: StoredMood;
  shown: Mood;
}

/** Writes the caller's own moods. Rejects with `StoreUnavailable` while MongoDB is away. */
@Injectable()
export class MoodChanges {
  constructor(
    private readonly moods: MoodsRepository,
    private readonly notes: MoodNotes,
    private readonly categories: MoodCategoriesReadModel,
    private readonly idempotent: IdempotentDocuments,
    private readonly effects: Effects,
    private readonly clock: Clock,
  ) {}

  /** Throws `UnknownMoodCategory`. */
  async create(actor: Principal, input: CreateMoodDto, request: IdempotentRequest | null): Promise<Mood> {
    assertCan(canChangeMoods(actor));
    const category_id = await this.ownCategory(actor, input.category_id);
    const at = this.clock.now();
    const { orgId, userId } = actor;
    const _id = newId();
    const mood: StoredMood = {
      _id,
      organization_id: orgId,
      user_id: userId,
      category_id,
      intensity: input.intensity,
      factors: input.factors,
      note: await this.notes.seal(orgId, userId, _id, input.note),
      recorded_at: input.recorded_at === undefined ? at : new Date(input.recorded_at),
      version: 1,
      created_at: at,
      updated_at: at,
    };
    const created = effectsOf(actor, 'mood.created', mood, at);
    return this.shown(await this.idempotent.create(moodsCollection, mood, created, request));
  }

  /** Throws `NotFound`, `PreconditionFailed`, `UnknownMoodCategory`. */
  async update(
    actor: Principal,
    id: string,
    input: UpdateMoodDto,
    ifMatch: string | undefined,
  ): Promise<Mood> {
    assertCan(canChangeMoods(actor));
    for (;;) {
      const current = await this.current(actor, id, ifMatch);
      const fields = await this.differing(actor, current, input);
      if (Object.keys(fields).length === 0) return current.shown;
      const updated_at = this.after(current.stored);
      const effects = effectsOf(actor, 'mood.updated', current.stored, updated_at, fields.recorded_at);
      const changed = await this.moods.change(current.stored, { ...fields, updated_at }, effects);
      if (!changed) continue;
      await this.effects.deliver(moodsCollection, changed._id, effects);
      return this.shown(changed);
    }
  }

  /** Throws `NotFound`, `PreconditionFailed`. */
  async delete(actor: Principal, id: string, ifMatch: string | undefined): Promise<void> {
    assertCan(canChangeMoods(actor));
    for (;;) {
      const { stored } = await this.current(actor, id, ifMatch);
      const effects = effectsOf(actor, 'mood.deleted', stored, this.after(stored));
      if (!(await this.moods.delete(stored, effects))) continue;
      return this.effects.remove(moodsCollection, stored._id, effects);
    }
  }

  private async current(actor: Principal, id: string, ifMatch: string | undefined): Promise<CurrentMood> {
    const stored = isId(id) ? await this.moods.find(actor.orgId, actor.userId, id) : null;
    if (!stored) throw moodNotFound();
    const shown = await this.shown(stored);
    assertIfMatch(ifMatch, toMoodResponse(shown));
    return { stored, shown };
  }

  /** The changes of the input, in their stored form. */
  private async differing(actor: Principal, { stored, shown }: CurrentMood, input: UpdateMoodDto) {
    const { category_id, intensity, factors, note, recorded_at } = input;
    const recordedAt = recorded_at === undefined ? shown.recorded_at : new Date(recorded_at);
    return {
      ...(category_id !== undefined &&
        canonicalId(category_id) !== shown.category_id && {
          category_id: await this.ownCategory(actor, category_id),
        }),
      ...(intensity !== undefined && intensity !== shown.intensity && { intensity }),
      ...(factors !== undefined && !isSame(factors, shown.factors) && { factors }),
      ...(note !== undefined &&
        note !== shown.note && {
          note: await this.notes.seal(stored.organization_id, stored.user_id, stored._id, note),
        }),
      ...(recordedAt.getTime() !== shown.recorded_at.getTime() && { recorded_at: recordedAt }),
    };
  }

  private async ownCategory({ orgId, userId }: Principal, given: string): Promise<string> {
    const id = canonicalId(given);
    if (!(await this.categories.isOwnedBy(orgId, userId, id))) throw new UnknownMoodCategory();
    return id;
  }

  private async shown(stored: StoredMood): Promise<Mood> {
    const [mood = stored] = await this.notes.open(stored.organization_id, stored.user_id, [stored]);
    return mood;
  }

  private after({ updated_at }: StoredMood): Date {
    return new Date(Math.max(this.clock.now().getTime(), updated_at.getTime() + 1));
  }
}

const isSame = (one: StoredMood['factors'], other: StoredMood['factors']): boolean =>
  JSON.stringify(one.map(({ name, value }) => [name, value])) ===
  JSON.stringify(other.map(({ name, value }) => [name, value]));
