import { tags } from '../../cache/tags.js';
import type { Principal } from '../../common/http/principal.js';
import type { Effect } from '../../flows/effects/effect.js';
import { newActivityEffect, newSystemActivityEffect } from '../activity/activity.effects.js';
import type { Execution } from './execution.js';

export const executionTags = (orgId: string, id: string): string[] => [
  tags.entity(orgId, 'executions', id),
  tags.collection(orgId, 'executions'),
];

/** The activity entry of a change. `actor` null: the service itself, at the deadline. */
export function changeOf(
  actor: Principal | null,
  event_type: 'execution.created' | 'execution.updated',
  { _id, organization_id: orgId, name, state, exit_code, updated_at: at }: Execution,
): Effect {
  const change = {
    event_type,
    resource_type: 'execution',
    resource_id: _id,
    payload: { name, state, exit_code },
    tags: executionTags(orgId, _id),
    at,
  };
  return actor ? newActivityEffect(actor, change) : newSystemActivityEffect(orgId, change);
}
