import { z } from 'zod';

import type { EnvironmentConfig, FlagConfig } from '../flag-config.js';
import { environmentOf } from '../flag-config.js';
import type { FlagRules } from '../flag-rules.js';
import { environmentShape, flagShape } from '../flag.dto.js';

const { name, flag_type, default_value, tags, owner, lifetime_days } = flagShape;

/**
 * What an export says of a flag beyond Unleash's form, so that an import of it evaluates the same. What Unleash has a member
 * for stands there alone: whoever changes an exported strategy imports the change.
 */
export const exportedExtras = z.object({
  name,
  flag_type,
  default_value,
  tags,
  owner,
  lifetime_days,
  value: environmentShape.shape.value,
  /** The last strategy stands for the percentage. */
  has_rollout: z.boolean().default(false),
  /** The only variant stands for the value. */
  has_value_variant: z.boolean().default(false),
  /** Of a flag that is constant in this environment: its rules have no place in Unleash's form. */
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

/** An environment that a flag does not know is off. */
const UNKNOWN: EnvironmentConfig = { enabled: false, rollout_percentage: null, strategies: [], variants: [] };
