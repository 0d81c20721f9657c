import type { Effect } from '../../flows/effects/effect.js';
import {
  newActivityEffect,
  newSystemActivityEffect,
  type RecordChange,
} from '../activity/activity.effects.js';
import type { FeatureFlag } from './feature-flag.schema.js';
import { type ChangeAuthor, changedPaths } from './flag-change.js';
import { tagsOfFlag, tagsOfSegment } from './flag-tags.js';
import type { Segment } from './segment.schema.js';

export interface Author extends ChangeAuthor {
  orgId: string;
}

const effectOf = ({ orgId, userId, apiKeyId }: Author, change: RecordChange): Effect =>
  userId === null
    ? newSystemActivityEffect(orgId, change)
    : newActivityEffect({ orgId, userId, apiKeyId }, change);

/** The activity entry of a version. It names the changed paths, and never their values. */
export const flagChanged = (author: Author, { _id, key, version, change }: FeatureFlag): Effect =>
  effectOf(author, {
    event_type: `feature_flag.${change.kind}`,
    resource_type: 'feature_flag',
    resource_id: _id,
    payload: { key, version, paths: version === 1 ? [] : changedPaths(change) },
    tags: tagsOfFlag(author.orgId, key),
    at: change.at,
  });

/** The activity entry of a change that creates no version. */
export const flagTouched = (
  author: Author,
  { _id, key }: FeatureFlag,
  what: 'deleted' | 'schedule_set' | 'schedule_removed',
  at: Date,
  payload: Readonly<Record<string, unknown>> = {},
): Effect =>
  effectOf(author, {
    event_type: `feature_flag.${what}`,
    resource_type: 'feature_flag',
    resource_id: _id,
    payload: { key, ...payload },
    tags: tagsOfFlag(author.orgId, key),
    at,
  });

export const segmentChanged = (
  author: Author,
  { _id, number, name, version }: Segment,
  what: 'created' | 'updated' | 'deleted' | 'imported',
  at: Date,
): Effect =>
  effectOf(author, {
    event_type: `segment.${what}`,
    resource_type: 'segment',
    resource_id: _id,
    payload: { number, name, version },
    tags: tagsOfSegment(author.orgId, number),
    at,
  });
