import { z } from 'zod';

import { tags } from '../../cache/tags.js';
import { newId } from '../../common/ids/ids.js';
import type { Principal } from '../../common/http/principal.js';
import type { Effect, EffectHandler } from '../../flows/effects/effect.js';
import { ACTIVITY_COLLECTION, type ActivityLog } from './activity-log.js';

/** A change of a record that MongoDB owns, for the activity log. */
export interface RecordChange {
  /** `feature_flag.updated`. */
  event_type: string;
  /** In the singular: `feature_flag`. */
  resource_type: string;
  resource_id: string;
  /** Never a secret, and no personal data, because an erasure could not find it. */
  payload?: Readonly<Record<string, unknown>>;
  /** Full cache tags of answers that show the record. */
  tags: readonly string[];
  /** The moment of the change, as the record itself keeps it. */
  at: Date;
}

type Actor = Pick<Principal, 'orgId' | 'userId' | 'apiKeyId'>;

/** The effect that creates the change's one activity entry. */
export const newActivityEffect = (actor: Actor, change: RecordChange): Effect =>
  activityEffect(actor.orgId, { userId: actor.userId, apiKeyId: actor.apiKeyId }, change);

/** The same for a change without an actor, such as that of a schedule or a deadline. */
export const newSystemActivityEffect = (orgId: string, change: RecordChange): Effect =>
  activityEffect(orgId, { userId: null, apiKeyId: null }, change);

/**
 * Every change of a record that MongoDB owns creates exactly one entry in the activity log, with the effect's own id.
 */
export const activityEffects: EffectHandler = {
  kind: 'activity',
  writes: (effect) => [{ collection: ACTIVITY_COLLECTION, insert: entryOf(effect) }],
  tags: ({ organization_id: orgId, _id }) => [
    tags.collection(orgId, 'activity'),
    tags.entity(orgId, 'activity', _id),
  ],
  // Follows the account although the entry itself stays unchanged, so the check `user-email` compares it.
  elsewhere: ['user_email'],
};

function activityEffect(
  orgId: string,
  actor: { userId: string | null; apiKeyId: string | null },
  { event_type, resource_type, resource_id, payload = {}, tags: stale, at }: RecordChange,
): Effect {
  return {
    _id: newId(),
    kind: activityEffects.kind,
    organization_id: orgId,
    actor_id: actor.userId,
    api_key_id: actor.apiKeyId,
    at,
    tags: stale,
    payload: { event_type, resource_type, resource_id, payload },
  };
}

const recordChange = z.object({
  event_type: z.string(),
  resource_type: z.string(),
  resource_id: z.string(),
  payload: z.record(z.string(), z.unknown()),
});

function entryOf({ _id, organization_id, actor_id, api_key_id, at, payload: change }: Effect): ActivityLog {
  const { event_type, resource_type, resource_id, payload } = recordChange.parse(change);
  return {
    _id,
    organization_id,
    event_type,
    user_id: null,
    user_email: null,
    actor_id,
    api_key_id,
    resource_type,
    resource_id,
    payload,
    occurred_at: at,
    recorded_at: at,
    source: 'effect',
  };
}
