import type { FeatureFlag, StoredEnvironment } from './feature-flag.schema.js';
import type { FlagConfig } from './flag-config.js';

/** The parts of a flag's document that people set. */
export const configOf = (flag: FeatureFlag): FlagConfig => ({
  name: flag.name,
  description: flag.description,
  flag_type: flag.flag_type,
  default_value: flag.default_value,
  rollout_percentage: flag.rollout_percentage,
  environments: Object.fromEntries(flag.environments.map(({ name, ...environment }) => [name, environment])),
  parents: flag.parents,
  tags: flag.tags,
  owner: flag.owner,
  lifetime_days: flag.lifetime_days,
  stale: flag.stale,
  archived: flag.archived,
});

/** The same in the form of the document. */
export const storedConfigOf = (config: FlagConfig) => ({
  ...config,
  environments: Object.entries(config.environments).map(([name, environment]): StoredEnvironment => ({
    name,
    ...environment,
  })),
});
