import { CompiledFlags } from '../evaluation/compiled-flags.js';
import type { EvaluationContext } from '../evaluation/evaluation-context.js';
import type { ClientSegment } from '../evaluation/unleash-document.js';
import { answerOf, type FlagAnswer } from '../flag-answer.js';
import type { FlagState } from '../flag-config.js';
import { type FlagRules, rulesOf } from '../flag-rules.js';

/** A flag with its rules in one environment. */
export interface RuledFlag extends FlagState {
  rules: FlagRules;
}

/** The flags of one organisation in one environment, ready to be evaluated in process. */
export class EnvironmentFlags {
  /** In the order of their keys. */
  readonly all: readonly RuledFlag[];
  private readonly byKey: ReadonlyMap<string, RuledFlag>;
  private readonly compiled: CompiledFlags;

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

  evaluate({ key, config, rules }: RuledFlag, context: EvaluationContext): FlagAnswer {
    return answerOf(config, this.environment, rules, this.compiled.evaluate(key, context));
  }

  /** The result that an SDK would compute: the enabled state and the variant, with the value of a typed flag. */
  outcomeOf({ key }: RuledFlag, context: EvaluationContext) {
    return this.compiled.evaluate(key, context);
  }
}
