import type { EvaluationContext } from './evaluation-context.js';
import { compileConstraint, never, type Test } from './operators.js';
import { compileStrategy } from './strategies.js';
import type {
  ClientFeature,
  ClientSegment,
  Constraint,
  Dependency,
  Strategy,
  Variant,
} from './unleash-document.js';
import { compileVariants, type VariantChoice } from './variant-choice.js';

/** The result of a flag for a person. */
export interface Outcome {
  isEnabled: boolean;
  variant: Variant | null;
  /** The index of the flag's strategy that enabled it for the person. Null: none was needed, or none did. */
  strategy: number | null;
}

const OFF: Outcome = { isEnabled: false, variant: null, strategy: null };
/** Unleash's name for the absence of a variant. A dependency may require it. */
const NO_VARIANT = 'disabled';

interface CompiledStrategy {
  isFulfilled: Test;
  chooseVariant: VariantChoice;
}

interface CompiledFlag {
  feature: ClientFeature;
  /** Among the flag's own variants, for a person to whom its strategy gives none. */
  chooseVariant: VariantChoice;
  strategies: readonly CompiledStrategy[];
}

/**
 * The flags of one environment, ready to be evaluated like in Unleash's SDKs (`@unleash/client-specification`).
 * Immutable. An evaluation depends only on them and the context.
 */
export class CompiledFlags {
  private readonly flags: ReadonlyMap<string, CompiledFlag>;

  constructor(features: readonly ClientFeature[], segments: readonly ClientSegment[]) {
    const byId = new Map(segments.map((segment) => [segment.id, segment.constraints]));
    this.flags = new Map(
      features.map((feature) => [
        feature.name,
        {
          feature,
          chooseVariant: ownVariants(feature),
          strategies: feature.strategies.map((strategy) => compile(strategy, feature.name, byId)),
        },
      ]),
    );
  }

  /** An unknown flag is off. */
  evaluate(name: string, context: EvaluationContext): Outcome {
    const flag = this.flags.get(name);
    if (!flag?.feature.enabled) return OFF;
    if (!flag.feature.dependencies.every((parent) => this.isMet(parent, context))) return OFF;
    if (flag.strategies.length === 0)
      return { isEnabled: true, variant: flag.chooseVariant(context), strategy: null };
    const at = flag.strategies.findIndex(({ isFulfilled }) => isFulfilled(context));
    const strategy = flag.strategies[at];
    if (!strategy) return OFF;
    const variant = strategy.chooseVariant(context) ?? flag.chooseVariant(context);
    return { isEnabled: true, variant, strategy: at };
  }

  /** Parents have one level only. A parent that itself depends on a flag, and so every cycle, is never met. */
  private isMet({ feature, enabled = true, variants = [] }: Dependency, context: EvaluationContext): boolean {
    const parent = this.flags.get(feature);
    if (!parent || parent.feature.dependencies.length > 0) return false;
    const { isEnabled, variant } = this.evaluate(feature, context);
    if (!enabled) return !isEnabled;
    return isEnabled && (variants.length === 0 || variants.includes(variant?.name ?? NO_VARIANT));
  }
}

const ownVariants = ({ name, variants }: ClientFeature): VariantChoice =>
  compileVariants(variants, name, variants[0]?.stickiness ?? 'default');

function compile(
  strategy: Strategy,
  flag: string,
  segments: ReadonlyMap<number, readonly Constraint[]>,
): CompiledStrategy {
  const { parameters = {}, variants = [], constraints = [] } = strategy;
  const tests = [
    ...constraints.map(compileConstraint),
    ...(strategy.segments ?? []).flatMap((id) => segments.get(id)?.map(compileConstraint) ?? [never]),
    compileStrategy(strategy),
  ];
  const groupId = parameters['groupId'] ?? flag;
  const stickiness = variants[0]?.stickiness ?? parameters['stickiness'] ?? 'default';
  return {
    isFulfilled: (context) => tests.every((test) => test(context)),
    chooseVariant: compileVariants(variants, groupId, stickiness),
  };
}
