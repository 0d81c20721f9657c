import type { Strategy, Variant } from './evaluation/unleash-document.js';

export const FLAG_TYPES = ['boolean', 'string', 'number', 'json'] as const;
export type FlagType = (typeof FLAG_TYPES)[number];

/** Everything of a flag that people set: what a version is of, what a JSON Patch in its history is about. */
export interface FlagConfig {
  name: string;
  description: string | null;
  flag_type: FlagType;
  /** The answer wherever nothing else applies. */
  default_value: unknown;
  /** For environments that have none of their own. */
  rollout_percentage: number | null;
  environments: Readonly<Record<string, EnvironmentConfig>>;
  parents: readonly ParentFlag[];
  tags: readonly string[];
  /** Who answers for it: any text. */
  owner: string | null;
  /** After so many days it should be gone; null: it is there to stay. */
  lifetime_days: number | null;
  /** Somebody says that it can go. It is evaluated as before. */
  stale: boolean;
  /** It is not evaluated any more: absent on every interface for callers. */
  archived: boolean;
}

export interface EnvironmentConfig {
  enabled: boolean;
  /** The answer where the flag is on. Absent: true for a boolean flag, else the default value. */
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

/** Undefined where the flag does not know the environment; never what an object inherits. */
export const environmentOf = ({ environments }: FlagConfig, name: string): EnvironmentConfig | undefined =>
  Object.hasOwn(environments, name) ? environments[name] : undefined;
