import { setTimeout as pause } from 'node:timers/promises';

import { Injectable } from '@nestjs/common';

import type { Principal } from '../../common/http/principal.js';
import { newId } from '../../common/ids/ids.js';
import { Clock } from '../../common/time/clock.js';
import { Effects } from '../../flows/effects/effects.js';
import { violatedUniqueIndex } from '../../stores/mongo/mongo-errors.js';
import { IdempotentDocuments } from '../idempotency/documents/idempotent-documents.service.js';
import type { IdempotentRequest } from '../idempotency/documents/idempotent-request.js';
import { TemplateChanged, TemplateKeyTaken, TemplateNotFound } from './notification-templates.errors.js';
import { partialsIn } from './partials/expansion.js';
import type { Channel, Template, TemplateContent } from './template.js';
import { notificationTemplatesCollection } from './template-collections.js';
import { type TemplateChange, templateEffect, versionsEffect } from './template-effects.js';
import { TemplateVersionsRepository } from './template-versions.mongo.repository.js';
import { TemplatesRepository } from './templates.mongo.repository.js';

const ATTEMPTS = 20;
/** A deleted template keeps its key until its effects are applied, which takes some milliseconds. */
const FREEING_MS = 20;

/** The result of a change. Null: no change. */
export type NextState = Partial<Pick<Template, 'draft' | 'published' | 'is_changed'>> | null;

/** How a change is made, besides its author. */
interface ChangeOrigin {
  kind: TemplateChange;
  request?: IdempotentRequest | null;
}

/** Writes templates revision by revision, so that no change is lost and each one appears in the activity log. */
@Injectable()
export class TemplateWriter {
  constructor(
    private readonly templates: TemplatesRepository,
    private readonly versions: TemplateVersionsRepository,
    private readonly documents: IdempotentDocuments,
    private readonly effects: Effects,
    private readonly clock: Clock,
  ) {}

  /** Throws `TemplateKeyTaken`. */
  async create(
    actor: Principal,
    { key, channel, draft }: { key: string; channel: Channel; draft: TemplateContent },
    { kind, request = null }: ChangeOrigin,
  ): Promise<Template> {
    const at = this.clock.now();
    const template: Template = {
      _id: newId(),
      organization_id: actor.orgId,
      ...{ key, channel, draft, ...derivedFrom(draft) },
      ...{ published: null, is_changed: true, revision: 1, created_at: at, updated_at: at },
    };
    const effects = [templateEffect(actor, template, kind, at)];
    // The unique index is created in the background when the service is started for the first time.
    if (!request && (await this.templates.find(actor.orgId, key))) throw new TemplateKeyTaken();
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      try {
        return await this.documents.create(notificationTemplatesCollection, template, effects, request);
      } catch (error) {
        if (!violatedUniqueIndex(error)) throw error;
      }
      if (await this.templates.find(actor.orgId, key)) break;
      await pause(FREEING_MS);
    }
    throw new TemplateKeyTaken();
  }

  /**
   * Replaces the current revision by the result of `decide`. Calls `decide` again if another writer was first. Throws
   * `TemplateNotFound`, `TemplateChanged`, and whatever `decide` throws.
   */
  async change(
    actor: Principal,
    key: string,
    { kind, request = null }: ChangeOrigin,
    decide: (current: Template) => NextState | Promise<NextState>,
  ): Promise<Template> {
    const { name } = notificationTemplatesCollection;
    const earlier = request && (await this.documents.earlier<Template>(name, request));
    if (earlier) return earlier;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const current = await this.templates.find(actor.orgId, key);
      if (!current) throw new TemplateNotFound();
      const changes = await decide(current);
      if (!changes) {
        await this.documents.note(name, current._id, request);
        return current;
      }
      const next = this.next(current, changes);
      // Stored first, so that a process that dies afterwards only leaves a copy of the current version, which the next
      // writer writes again.
      if (next.published !== current.published) await this.versions.keep(current);
      const effects = [templateEffect(actor, next, kind, next.updated_at)];
      if (!(await this.templates.replace(actor.orgId, next, effects, request))) continue;
      await this.effects.deliver(notificationTemplatesCollection, next._id, effects);
      return next;
    }
    throw new TemplateChanged();
  }

  /**
   * Deletes the template with its versions. Throws `TemplateNotFound`, `TemplateChanged`, and whatever `check` throws.
   */
  async delete(actor: Principal, key: string, check: (current: Template) => void): Promise<void> {
    const current = await this.templates.find(actor.orgId, key);
    if (!current) throw new TemplateNotFound();
    check(current);
    const entry = templateEffect(actor, current, 'deleted', this.clock.now());
    const effects = [entry, versionsEffect(entry, current._id)] as const;
    if (!(await this.templates.delete(actor.orgId, current, effects))) throw new TemplateChanged();
    await this.effects.remove(notificationTemplatesCollection, current._id, effects);
  }

  private next(current: Template, changes: NonNullable<NextState>): Template {
    const draft = changes.draft ?? current.draft;
    const at = new Date(Math.max(this.clock.now().getTime(), current.updated_at.getTime() + 1));
    return {
      ...current,
      ...changes,
      ...derivedFrom(draft),
      revision: current.revision + 1,
      updated_at: at,
    };
  }
}

const derivedFrom = ({ variants }: TemplateContent): Pick<Template, 'locales' | 'partials'> => ({
  locales: Object.keys(variants),
  partials: partialsIn(Object.values(variants).flatMap((variant) => Object.values(variant))),
});
