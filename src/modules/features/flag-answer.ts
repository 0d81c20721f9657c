import type { Outcome } from './evaluation/compiled-flags.js';
import type { VariantPayload } from './evaluation/unleash-document.js';
import { environmentOf, type FlagConfig, type FlagType } from './flag-config.js';
import type { FlagRules } from './flag-rules.js';

/** The reason for an answer, in OpenFeature's terms (specification, section 1.4.7). */
export type Reason = 'STATIC' | 'DEFAULT' | 'TARGETING_MATCH' | 'SPLIT' | 'DISABLED';

export interface FlagAnswer {
  value: unknown;
  variant: string | null;
  reason: Reason;
  payload: VariantPayload | null;
}

/** The answer of one flag for a person. */
export interface EvaluatedFlag extends FlagAnswer {
  key: string;
  version: number;
}

/** The answer of a flag in an environment, based on the outcome of the evaluation for a person. */
export function answerOf(
  config: FlagConfig,
  environmentName: string,
  rules: FlagRules,
  outcome: Outcome,
): FlagAnswer {
  const variant = outcome.variant === rules.valueVariant ? null : outcome.variant;
  const payload = variant?.payload ?? null;
  const shown = { variant: variant?.name ?? null, payload };
  const reason = reasonOf(rules, outcome);
  if (config.flag_type === 'boolean') return { value: outcome.isEnabled, ...shown, reason };
  if (!outcome.isEnabled) return { value: config.default_value, ...shown, reason };
  const ofVariant = payload && parsePayload(config.flag_type, payload);
  if (ofVariant) return { value: ofVariant.value, ...shown, reason };
  const value = environmentOf(config, environmentName)?.value;
  return { value: value === undefined ? config.default_value : value, ...shown, reason };
}

function reasonOf({ isActive, isConstant, rolloutAt, feature }: FlagRules, outcome: Outcome): Reason {
  if (!isActive) return 'DISABLED';
  if (isConstant) return 'STATIC';
  if (!outcome.isEnabled) return 'DEFAULT';
  if (outcome.strategy !== null) return outcome.strategy === rolloutAt ? 'SPLIT' : 'TARGETING_MATCH';
  return outcome.variant !== null && feature.variants.length > 1 ? 'SPLIT' : 'STATIC';
}

/** A variant's payload as a value of the flag's type. Null if it is none; then the environment's value is used. */
export function parsePayload(
  type: Exclude<FlagType, 'boolean'>,
  payload: VariantPayload,
): { value: unknown } | null {
  if (type === 'string') return { value: payload.value };
  const value = parseJson(payload.value);
  if (value === undefined || (type === 'number' && typeof value !== 'number')) return null;
  return { value };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
