import { tags } from '../../cache/tags.js';
import type { Principal } from '../../common/http/principal.js';
import { newId } from '../../common/ids/ids.js';
import type { Effect, EffectHandler } from '../../flows/effects/effect.js';
import { newActivityEffect } from '../activity/activity.effects.js';
import { DOCUMENT_COUNTS_COLLECTION, type StoredDocument } from './document.js';

export type DocumentChange = 'document.created' | 'document.updated' | 'document.deleted';

/** Maintains the number of documents of an organisation. */
export const documentCounted: EffectHandler = {
  kind: 'document.counted',
  writes: ({ _id, organization_id: orgId, payload }) => [
    {
      collection: DOCUMENT_COUNTS_COLLECTION,
      applyOnce: {
        _id: orgId,
        by: _id,
        update: { $inc: { count: Number(payload['by']) }, $setOnInsert: { organization_id: orgId } },
      },
    },
  ],
  tags: () => [],
};

export const documentTags = (orgId: string, key: string): string[] => [
  tags.entity(orgId, 'documents', key),
  tags.collection(orgId, 'documents'),
];

/**
 * The effects of a change: its activity entry, and a count if a document was created or deleted. They never contain
 * data.
 */
export function effectsOf(
  actor: Principal,
  type: DocumentChange,
  { _id, organization_id: orgId, key, version, updated_at: at }: StoredDocument,
): Effect[] {
  const stale = documentTags(orgId, key);
  const entry = newActivityEffect(actor, {
    event_type: type,
    resource_type: 'document',
    resource_id: _id,
    payload: { key, version },
    tags: stale,
    at,
  });
  if (type === 'document.updated') return [entry];
  const by = type === 'document.created' ? 1 : -1;
  return [entry, { ...entry, _id: newId(), kind: documentCounted.kind, tags: stale, payload: { by } }];
}
