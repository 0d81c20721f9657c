import type { Operation } from 'rfc6902';

import type { FeatureFlag } from './feature-flag.schema.js';
import type { FeatureResponse, FeatureVersionResponse } from './features.dto.js';
import { configOf } from './stored-flag.js';

/** The flag in the form that clients receive. An allow-list, so that a new field cannot leak. */
export function toFeatureResponse(flag: FeatureFlag): FeatureResponse {
  const config = configOf(flag);
  return {
    id: flag._id,
    key: flag.key,
    name: config.name,
    description: config.description,
    flag_type: config.flag_type,
    default_value: config.default_value,
    rollout_percentage: config.rollout_percentage,
    environments: config.environments as FeatureResponse['environments'],
    parents: config.parents as FeatureResponse['parents'],
    tags: [...config.tags],
    owner: config.owner,
    lifetime_days: config.lifetime_days,
    stale: config.stale,
    archived: config.archived,
    version: flag.version,
    created_at: flag.created_at.toISOString(),
    updated_at: flag.updated_at.toISOString(),
  };
}

export const toVersionResponse = ({ version, change }: FeatureFlag): FeatureVersionResponse => ({
  version,
  kind: change.kind,
  at: change.at.toISOString(),
  actor_id: change.actor_id,
  api_key_id: change.api_key_id,
  patch: JSON.parse(change.patch) as Operation[] as FeatureVersionResponse['patch'],
});
