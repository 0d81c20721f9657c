import { tags } from '../../cache/tags.js';

/** The cache tags of answers that show a document of an organisation: its own, and its collection's. */
export function tagsOfDocument(resource: string, document: Readonly<Record<string, unknown>>): string[] {
  const { _id, organization_id: orgId } = document;
  if (typeof orgId !== 'string') return [];
  return [tags.collection(orgId, resource), tags.entity(orgId, resource, String(_id))];
}
