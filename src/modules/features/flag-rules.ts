import type { ClientFeature, Strategy, Variant } from './evaluation/unleash-document.js';
import {
  environmentOf,
  type EnvironmentConfig,
  type FlagConfig,
  type FlagStrategy,
  type FlagVariant,
} from './flag-config.js';

/**
 * A flag in one environment, in the form that both the evaluation and Unleash's SDKs read, so that there is one set of
 * rules.
 */
export interface FlagRules {
  feature: RuledFeature;
  /** The index of the strategy that represents the percentage. Null: there is no percentage. */
  rolloutAt: number | null;
  /** The flag has this environment and is on in it. */
  isActive: boolean;
  /** Every caller gets the same value, so there is nothing to evaluate. */
  isConstant: boolean;
  /**
   * The variant that carries the value of a typed flag to the SDKs. Null: people have defined variants, or the flag is
   * boolean.
   */
  valueVariant: FlagVariant | null;
}

export interface RuledFeature extends ClientFeature {
  strategies: readonly FlagStrategy[];
  variants: readonly FlagVariant[];
}

/** The rules of a flag that is not archived. */
export function rulesOf(key: string, config: FlagConfig, environmentName: string): FlagRules {
  const environment = environmentOf(config, environmentName);
  const isActive = environment?.enabled ?? false;
  const { strategies, rolloutAt } = strategiesOf(key, config, environment);
  const valueVariant = environment ? valueVariantOf(config, environment) : null;
  const variants = valueVariant ? [valueVariant] : (environment?.variants ?? []);
  const all = { name: key, strategies, variants, dependencies: [] };
  const constant = config.flag_type === 'boolean' ? constantOf(config, environment) : null;
  if (constant !== null) {
    const feature = { ...all, enabled: constant, strategies: [] };
    return { feature, rolloutAt: null, isActive, isConstant: true, valueVariant };
  }
  const dependencies = config.parents.map(({ key: parent, enabled = true, variants = [] }) => ({
    feature: parent,
    enabled,
    ...(variants.length > 0 && { variants }),
  }));
  const hasNobody = strategies.length === 0 && (environment?.strategies.length ?? 0) > 0;
  const feature = { ...all, enabled: isActive && !hasNobody, dependencies };
  return { feature, rolloutAt, isActive, isConstant: false, valueVariant };
}

/** The answer of a boolean flag that is on. */
const valueWhenOn = (environment: EnvironmentConfig): unknown => environment.value ?? true;

/**
 * For an SDK the value of a boolean flag is its enabled state. So a flag with the same answer on and off always has
 * that state. A flag that is true by default and false if it is on is constant too, because validation does not allow
 * it to have rules (`isInverted`).
 */
function constantOf(config: FlagConfig, environment: EnvironmentConfig | undefined): boolean | null {
  const otherwise = config.default_value === true;
  if (!environment?.enabled) return otherwise || null;
  const on = valueWhenOn(environment) === true;
  if (on === otherwise) return on;
  return on ? null : false;
}

/**
 * A boolean flag that is true by default and false if it is on. No SDK could evaluate rules with the opposite meaning.
 */
export const isInverted = (config: FlagConfig, environment: EnvironmentConfig): boolean =>
  config.flag_type === 'boolean' && config.default_value === true && environment.value === false;

/** The percentage that applies in an environment. */
export const rolloutOf = (config: FlagConfig, environment: EnvironmentConfig): number | null =>
  environment.rollout_percentage ?? config.rollout_percentage;

/**
 * The environment's own strategies, then the percentage, which applies to persons for whom no strategy has enabled the
 * flag.
 */
function strategiesOf(key: string, config: FlagConfig, environment: EnvironmentConfig | undefined) {
  const own = (environment?.strategies ?? []).filter(({ disabled = false }) => !disabled);
  const strategies: FlagStrategy[] = own.map((strategy) => withGroup(strategy, key));
  const percentage = environment ? rolloutOf(config, environment) : null;
  if (percentage === null) return { strategies, rolloutAt: null };
  const parameters = { rollout: String(percentage), stickiness: 'default', groupId: key };
  strategies.push({ name: 'flexibleRollout', parameters, constraints: [], segments: [], variants: [] });
  return { strategies, rolloutAt: strategies.length - 1 };
}

/** SDKs differ in their default for a missing group, so the group is always named. */
function withGroup<T extends Strategy>(strategy: T, key: string): T {
  const groupId = strategy.parameters?.['groupId'];
  return { ...strategy, parameters: { ...strategy.parameters, groupId: groupId || key } };
}

function valueVariantOf(config: FlagConfig, environment: EnvironmentConfig): FlagVariant | null {
  if (environment.variants.length > 0 || config.flag_type === 'boolean') return null;
  const value = environment.value === undefined ? config.default_value : environment.value;
  const text = typeof value === 'string' && config.flag_type === 'string' ? value : JSON.stringify(value);
  const payload: Variant['payload'] = { type: config.flag_type, value: text };
  return { name: 'value', weight: 1_000, weightType: 'variable', stickiness: 'default', payload };
}
