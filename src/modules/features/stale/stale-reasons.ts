import type { EnvironmentConfig, FlagConfig, FlagStrategy } from '../flag-config.js';
import { rolloutOf } from '../flag-rules.js';

/** Why a flag can probably be removed. */
export const STALE_REASONS = ['marked', 'unused', 'fully_rolled_out', 'past_lifetime'] as const;
export type StaleReason = (typeof STALE_REASONS)[number];

const DAY_MS = 86_400_000;
export const UNUSED_AFTER_MS = 30 * DAY_MS;

/** `lastSeen`: the last evaluation within the last 30 days. Undefined: there was none. */
export function staleReasons(
  config: FlagConfig,
  createdAt: Date,
  lastSeen: Date | undefined,
  now: Date,
): StaleReason[] {
  const age = now.getTime() - createdAt.getTime();
  const { lifetime_days: lifetime } = config;
  const holds: Record<StaleReason, boolean> = {
    marked: config.stale,
    unused: lastSeen === undefined && age >= UNUSED_AFTER_MS,
    fully_rolled_out: isFullyRolledOut(config),
    past_lifetime: lifetime !== null && age >= lifetime * DAY_MS,
  };
  return STALE_REASONS.filter((reason) => holds[reason]);
}

/** On for every person, with one value, in every environment that the flag has. */
function isFullyRolledOut(config: FlagConfig): boolean {
  const environments = Object.values(config.environments);
  if (environments.length === 0 || config.parents.length > 0) return false;
  return environments.every((environment) => isOnForAll(config, environment));
}

function isOnForAll(config: FlagConfig, environment: EnvironmentConfig): boolean {
  const { enabled, strategies, variants } = environment;
  const rollout = rolloutOf(config, environment);
  const isWithoutRules = strategies.length === 0 && rollout === null;
  return enabled && variants.length <= 1 && (isWithoutRules || rollout === 100 || strategies.some(isForAll));
}

function isForAll({ name, disabled, parameters, constraints, segments, variants }: FlagStrategy): boolean {
  const isWithoutLimits = [constraints, segments, variants].every((list) => (list ?? []).length === 0);
  const isWhole = name === 'default' || (name === 'flexibleRollout' && parameters?.['rollout'] === '100');
  return !disabled && isWithoutLimits && isWhole;
}
