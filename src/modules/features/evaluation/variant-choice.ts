import { variantBucket } from './buckets.js';
import type { EvaluationContext } from './evaluation-context.js';
import { variantId } from './stickiness.js';
import type { Variant } from './unleash-document.js';

/** Chooses a person's variant. */
export type VariantChoice = (context: EvaluationContext) => Variant | null;

/** Null if no weight is above zero. Overrides take precedence over weights. */
export function compileVariants(
  variants: readonly Variant[],
  groupId: string,
  stickiness: string,
): VariantChoice {
  const total = variants.reduce((sum, { weight }) => sum + weight, 0);
  if (total <= 0) return () => null;
  const overriding = variants.filter(({ overrides = [] }) => overrides.length > 0);
  return (context) => {
    const overridden = overriding.find((variant) => isOverridden(variant, context));
    if (overridden) return overridden;
    const target = variantBucket(variantId(context, stickiness), groupId, total);
    let counted = 0;
    return variants.find(({ weight }) => weight > 0 && (counted += weight) >= target) ?? null;
  };
}

const isOverridden = ({ overrides = [] }: Variant, { fields }: EvaluationContext): boolean =>
  overrides.some(({ contextName, values }) => {
    const value = fields[contextName];
    return value !== undefined && values.includes(value);
  });
