import { tags } from '../../cache/tags.js';

const FEATURES = 'features';
const SEGMENTS = 'segments';

/** The tags of every answer that shows a flag: its own routes, the lists, and the snapshot of its organisation. */
export const tagsOfFlag = (orgId: string, key: string): string[] => [
  tags.entity(orgId, FEATURES, key),
  tags.collection(orgId, FEATURES),
];

export const tagsOfSegment = (orgId: string, number: number): string[] => [
  tags.entity(orgId, SEGMENTS, String(number)),
  tags.collection(orgId, SEGMENTS),
];

/** The tags that a snapshot of an organisation's flags depends on. */
export const tagsOfSnapshot = (orgId: string): string[] => [
  tags.organization(orgId),
  tags.collection(orgId, FEATURES),
  tags.collection(orgId, SEGMENTS),
];
