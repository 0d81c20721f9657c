import { CompiledFlags, type Outcome } from '../evaluation/compiled-flags.js';
import type { EvaluationContext } from '../evaluation/evaluation-context.js';
import type { ClientSegment, Variant } from '../evaluation/unleash-document.js';
import { answerOf, type EvaluatedFlag } from '../flag-answer.js';
import type { FlagState } from '../flag-config.js';
import { type FlagRules, rulesOf } from '../flag-rules.js';

/** A flag with its rules in one environment. */
export interface RuledFlag extends FlagState {
  rules: FlagRules;
}

/** The answers of a flag that were given so far, by variant and then by `placeOf` the outcome. */
type KnownAnswers = Map<Variant | null, (EvaluatedFlag | undefined)[]>;

/** The flags of one organisation in one environment, ready to be evaluated in process. */
export class EnvironmentFlags {
  /** In the order of their keys. */
  readonly all: readonly RuledFlag[];
  private readonly byKey: ReadonlyMap<string, RuledFlag>;
  private readonly compiled: CompiledFlags;
  private readonly answers = new Map<string, KnownAnswers>();

  constructor(
    { flags, segments }: { flags: readonly FlagState[]; segments: readonly ClientSegment[] },
    readonly environment: string,
  ) {
    this.all = flags.map((flag) => ({ ...flag, rules: rulesOf(flag.key, flag.config, environment) }));
    this.byKey = new Map(this.all.map((flag) => [flag.key, flag]));
    this.compiled = new CompiledFlags(
      this.all.map(({ rules }) => rules.feature),
      segments,
    );
  }

  find(key: string): RuledFlag | undefined {
    return this.byKey.get(key);
  }

  /** Equal outcomes give the same object, so that its serialisation can be kept with it. */
  evaluate(flag: RuledFlag, context: EvaluationContext): EvaluatedFlag {
    const { key, version, config, rules } = flag;
    const outcome = this.compiled.evaluate(key, context);
    const known = this.answersOf(key, outcome.variant);
    return (known[placeOf(outcome)] ??= {
      ...{ key, version },
      ...answerOf(config, this.environment, rules, outcome),
    });
  }

  private answersOf(key: string, variant: Variant | null): (EvaluatedFlag | undefined)[] {
    let ofFlag = this.answers.get(key);
    if (!ofFlag) this.answers.set(key, (ofFlag = new Map() as KnownAnswers));
    let ofVariant = ofFlag.get(variant);
    if (!ofVariant) ofFlag.set(variant, (ofVariant = []));
    return ofVariant;
  }

  /** The result that an SDK would compute: the enabled state and the variant, with the value of a typed flag. */
  outcomeOf({ key }: RuledFlag, context: EvaluationContext) {
    return this.compiled.evaluate(key, context);
  }
}

/** Outcomes with the same variant differ only by it. */
const placeOf = ({ isEnabled, strategy }: Outcome): number => (isEnabled ? (strategy ?? -1) + 2 : 0);
