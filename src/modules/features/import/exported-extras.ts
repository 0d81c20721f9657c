import { z } from 'zod';

import type { EnvironmentConfig, FlagConfig } from '../flag-config.js';
import { environmentOf } from '../flag-config.js';
import type { FlagRules } from '../flag-rules.js';
import { environmentShape, flagShape } from '../flag.dto.js';

const { name, flag_type, default_value, tags, owner, lifetime_days } = flagShape;

/**
 * The parts of a flag that Unleash's form cannot express, so that an imported copy evaluates equally. A value for
 * which Unleash has a member is exported only there, so that a changed export is imported with the change.
 */
export const exportedExtras = z.object({
  name,
  flag_type,
  default_value,
  tags,
  owner,
  lifetime_days,
  value: environmentShape.shape.value,
  /** The last strategy represents the percentage. */
  has_rollout: z.boolean().default(false),
  /** The only variant represents the value. */
  has_value_variant: z.boolean().default(false),
  /** Set for a flag that is constant in this environment, because Unleash's form has no place for its rules. */
  environment: environmentShape.optional(),
});

export type ExportedExtras = z.output<typeof exportedExtras>;

export function extrasOf(config: FlagConfig, environment: string, rules: FlagRules): object {
  const own = environmentOf(config, environment);
  return {
    name: config.name,
    flag_type: config.flag_type,
    default_value: config.default_value,
    tags: config.tags,
    owner: config.owner,
    lifetime_days: config.lifetime_days,
    ...(own?.value !== undefined && { value: own.value }),
    has_rollout: rules.rolloutAt !== null,
    has_value_variant: rules.valueVariant !== null,
    ...(rules.isConstant && { environment: own ?? UNKNOWN }),
  };
}

/** In an environment that a flag does not have, the flag is off. */
const UNKNOWN: EnvironmentConfig = { enabled: false, rollout_percentage: null, strategies: [], variants: [] };
