import type { Strategy, Variant } from './evaluation/unleash-document.js';

export const FLAG_TYPES = ['boolean', 'string', 'number', 'json'] as const;
export type FlagType = (typeof FLAG_TYPES)[number];

/**
 * Everything about a flag that people set. Versions contain it, and the JSON Patches in the history describe its
 * changes.
 */
export interface FlagConfig {
  name: string;
  description: string | null;
  flag_type: FlagType;
  /** The answer if nothing else applies. */
  default_value: unknown;
  /** The default for environments without a percentage of their own. */
  rollout_percentage: number | null;
  environments: Readonly<Record<string, EnvironmentConfig>>;
  parents: readonly ParentFlag[];
  tags: readonly string[];
  /** The person or team responsible for it: any text. */
  owner: string | null;
  /** The flag should be removed after so many days. Null: it is permanent. */
  lifetime_days: number | null;
  /** A person has marked the flag as removable. It is evaluated as before. */
  stale: boolean;
  /** The flag is not evaluated any more and is absent on every interface for callers. */
  archived: boolean;
}

export interface EnvironmentConfig {
  enabled: boolean;
  /** The answer if the flag is on. Absent: true for a boolean flag, otherwise the default value. */
  value?: unknown;
  rollout_percentage: number | null;
  strategies: readonly FlagStrategy[];
  variants: readonly FlagVariant[];
}

export interface FlagStrategy extends Strategy {
  title?: string | undefined;
  sortOrder?: number | undefined;
  variants?: readonly FlagVariant[] | undefined;
}

export interface FlagVariant extends Variant {
  weightType?: string | undefined;
}

export interface ParentFlag {
  key: string;
  enabled?: boolean | undefined;
  variants?: readonly string[] | undefined;
}

/** A flag at one version. */
export interface FlagState {
  key: string;
  version: number;
  config: FlagConfig;
}

/** Undefined if the flag has no such environment. Never a property that an object inherits. */
export const environmentOf = ({ environments }: FlagConfig, name: string): EnvironmentConfig | undefined =>
  Object.hasOwn(environments, name) ? environments[name] : undefined;
