import type { ProjectedWrite } from '../projections/projection.js';
import type { Effect, EffectHandler } from './effect.js';

/**
 * The writes of an effect. A counted id stays unsettled until the effect was removed from its document
 * (`EffectSettlement`).
 */
export const writesOf = (handler: EffectHandler, effect: Effect): ProjectedWrite[] =>
  handler
    .writes(effect)
    .map((write) =>
      'applyOnce' in write ? { ...write, applyOnce: { ...write.applyOnce, isUnsettled: true } } : write,
    );
