/**
 * The document that Unleash's SDKs read (`GET /api/client/features`) and that its specification defines. Members have
 * Unleash's names.
 */
export interface ClientDocument {
  features: readonly ClientFeature[];
  segments: readonly ClientSegment[];
}

export interface ClientFeature {
  name: string;
  enabled: boolean;
  strategies: readonly Strategy[];
  variants: readonly Variant[];
  dependencies: readonly Dependency[];
}

export interface ClientSegment {
  id: number;
  constraints: readonly Constraint[];
}

export interface Strategy {
  name: string;
  parameters?: Readonly<Record<string, string>> | undefined;
  constraints?: readonly Constraint[] | undefined;
  segments?: readonly number[] | undefined;
  variants?: readonly Variant[] | undefined;
  /** A disabled strategy stays in the flag but is not evaluated. */
  disabled?: boolean | undefined;
}

export interface Constraint {
  contextName: string;
  /** An import may contain an unknown operator, which is never fulfilled. */
  operator: string;
  values?: readonly string[] | undefined;
  value?: string | undefined;
  inverted?: boolean | undefined;
  caseInsensitive?: boolean | undefined;
}

export interface Variant {
  name: string;
  weight: number;
  stickiness?: string | undefined;
  payload?: VariantPayload | undefined;
  overrides?: readonly Override[] | undefined;
}

export interface VariantPayload {
  type: string;
  value: string;
}

interface Override {
  contextName: string;
  values: readonly string[];
}

export interface Dependency {
  feature: string;
  /** Default true. */
  enabled?: boolean | undefined;
  /** If given, the variant has to be one of these. */
  variants?: readonly string[] | undefined;
}
