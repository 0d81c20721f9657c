import { Injectable } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';

import { assertIfMatch } from '../../../common/http/etag.js';
import type { Principal } from '../../../common/http/principal.js';
import { assertCan } from '../../../common/http/scopes.js';
import { newId } from '../../../common/ids/ids.js';
import { Clock } from '../../../common/time/clock.js';
import { Effects } from '../../../flows/effects/effects.js';
import { violatedUniqueIndex } from '../../../stores/mongo/mongo-errors.js';
import { IdempotentDocuments } from '../../idempotency/documents/idempotent-documents.service.js';
import type { IdempotentRequest } from '../../idempotency/documents/idempotent-request.js';
import {
  PartialChanged,
  PartialInUse,
  PartialNameTaken,
  PartialNotFound,
} from '../notification-templates.errors.js';
import { canChangeTemplates, canReadTemplates } from '../notification-templates.policy.js';
import type { TemplatePartial } from '../template.js';
import { templatePartialsCollection } from '../template-collections.js';
import { partialEffect } from '../template-effects.js';
import { TemplatesRepository } from '../templates.mongo.repository.js';
import { namesOf } from './expansion.js';
import { type PartialSummary, PartialsRepository } from './partials.mongo.repository.js';
import { toPartialResponse } from './template-partial.response.js';

const ATTEMPTS = 20;
/** A deleted partial keeps its name until its activity entry is written, which takes some milliseconds. */
const FREEING_MS = 20;

type Variants = TemplatePartial['variants'];

/** The partials of one organisation. All methods throw `Forbidden` and `StoreUnavailable`. */
@Injectable()
export class PartialsService {
  constructor(
    private readonly partials: PartialsRepository,
    private readonly templates: TemplatesRepository,
    private readonly documents: IdempotentDocuments,
    private readonly effects: Effects,
    private readonly clock: Clock,
  ) {}

  /** Throws `PartialNameTaken`. */
  async create(
    actor: Principal,
    name: string,
    variants: Variants,
    request: IdempotentRequest | null,
  ): Promise<TemplatePartial> {
    assertCan(canChangeTemplates(actor));
    const at = this.clock.now();
    const partial: TemplatePartial = {
      _id: newId(),
      organization_id: actor.orgId,
      ...{ name, variants, ...derivedFrom(variants) },
      ...{ revision: 1, created_at: at, updated_at: at },
    };
    const effects = [partialEffect(actor, partial, 'created', at)];
    if (!request && (await this.partials.find(actor.orgId, name))) throw new PartialNameTaken();
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      try {
        return await this.documents.create(templatePartialsCollection, partial, effects, request);
      } catch (error) {
        if (!violatedUniqueIndex(error)) throw error;
      }
      if (await this.partials.find(actor.orgId, name)) break;
      await pause(FREEING_MS);
    }
    throw new PartialNameTaken();
  }

  /** Throws `PartialNotFound`. */
  async get(actor: Principal, name: string): Promise<TemplatePartial> {
    assertCan(canReadTemplates(actor));
    const partial = await this.partials.find(actor.orgId, name);
    if (!partial) throw new PartialNotFound();
    return partial;
  }

  /** Newest first, and one more than `limit` if it exists. */
  list(actor: Principal, limit: number, afterId: string | null): Promise<PartialSummary[]> {
    assertCan(canReadTemplates(actor));
    return this.partials.list(actor.orgId, limit + 1, afterId);
  }

  /** Throws `PartialNotFound`, `PreconditionFailed`, `PartialChanged`. */
  async replace(
    actor: Principal,
    name: string,
    variants: Variants,
    ifMatch?: string,
  ): Promise<TemplatePartial> {
    assertCan(canChangeTemplates(actor));
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const current = await this.get(actor, name);
      assertIfMatch(ifMatch, toPartialResponse(current));
      const at = new Date(Math.max(this.clock.now().getTime(), current.updated_at.getTime() + 1));
      const revision = current.revision + 1;
      const next = { ...current, variants, ...derivedFrom(variants), revision, updated_at: at };
      const effect = partialEffect(actor, next, 'updated', at);
      if (!(await this.partials.replace(actor.orgId, next, effect))) continue;
      await this.effects.deliver(templatePartialsCollection, next._id, [effect]);
      return next;
    }
    throw new PartialChanged();
  }

  /** Throws `PartialNotFound`, `PartialInUse`, `PreconditionFailed`, `PartialChanged`. */
  async delete(actor: Principal, name: string, ifMatch?: string): Promise<void> {
    assertCan(canChangeTemplates(actor));
    const current = await this.get(actor, name);
    assertIfMatch(ifMatch, toPartialResponse(current));
    const users = await Promise.all([
      this.templates.usersOf(actor.orgId, name),
      this.partials.usersOf(actor.orgId, name),
    ]);
    if (users.flat().length > 0) throw new PartialInUse(users.flat());
    const effect = partialEffect(actor, current, 'deleted', this.clock.now());
    if (!(await this.partials.delete(actor.orgId, current, effect))) throw new PartialChanged();
    await this.effects.remove(templatePartialsCollection, current._id, [effect]);
  }
}

const derivedFrom = (variants: Variants): Pick<TemplatePartial, 'locales' | 'partials'> => ({
  locales: Object.keys(variants),
  partials: namesOf({ variants }),
});
