import { tags } from '../../cache/tags.js';
import type { Principal } from '../../common/http/principal.js';
import { newId } from '../../common/ids/ids.js';
import type { Effect, EffectHandler } from '../../flows/effects/effect.js';
import { newActivityEffect } from '../activity/activity.effects.js';
import { type Template, TEMPLATE_VERSIONS_COLLECTION, type TemplatePartial } from './template.js';

export type TemplateChange = 'created' | 'updated' | 'imported' | 'published' | 'rolled_back' | 'deleted';

/** Deletes the older versions of a template after the template. */
export const versionsDeleted: EffectHandler = {
  kind: 'notification_template.versions_deleted',
  writes: ({ organization_id, payload }) => [
    {
      collection: TEMPLATE_VERSIONS_COLLECTION,
      deleteMany: { filter: { organization_id, template_id: payload['template_id'] } },
    },
  ],
  tags: () => [],
};

export const templateTag = (orgId: string, key: string): string =>
  tags.entity(orgId, 'notification-templates', key);

export const partialTag = (orgId: string, name: string): string =>
  tags.entity(orgId, 'template-partials', name);

/** The activity entry of a change, which contains neither texts nor values. */
export const templateEffect = (
  actor: Principal,
  { _id, key, published }: Pick<Template, '_id' | 'key' | 'published'>,
  what: TemplateChange,
  at: Date,
): Effect =>
  newActivityEffect(actor, {
    event_type: `notification_template.${what}`,
    resource_type: 'notification_template',
    resource_id: _id,
    payload: { key, published_version: published?.version ?? null },
    tags: [templateTag(actor.orgId, key), tags.collection(actor.orgId, 'notification-templates')],
    at,
  });

export const versionsEffect = (entry: Effect, templateId: string): Effect => ({
  ...entry,
  _id: newId(),
  kind: versionsDeleted.kind,
  payload: { template_id: templateId },
});

export const partialEffect = (
  actor: Principal,
  { _id, name }: Pick<TemplatePartial, '_id' | 'name'>,
  what: 'created' | 'updated' | 'deleted',
  at: Date,
): Effect =>
  newActivityEffect(actor, {
    event_type: `template_partial.${what}`,
    resource_type: 'template_partial',
    resource_id: _id,
    payload: { name },
    tags: [partialTag(actor.orgId, name), tags.collection(actor.orgId, 'template-partials')],
    at,
  });
