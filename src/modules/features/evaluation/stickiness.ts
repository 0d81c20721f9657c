import type { EvaluationContext } from './evaluation-context.js';

const MAX_RANDOM = 100_000;

const randomId = ({ random }: EvaluationContext): string => String(Math.floor(random() * MAX_RANDOM));

/** The id whose bucket decides on a rollout. Undefined if the person has no value for that field. */
export function rolloutId(context: EvaluationContext, stickiness: string): string | undefined {
  const { userId, sessionId } = context.fields;
  // An empty id counts as missing.
  if (stickiness === 'default') return userId || sessionId || randomId(context);
  if (stickiness === 'random') return randomId(context);
  return context.fields[stickiness];
}

/** The id whose bucket decides on a variant. */
export function variantId(context: EvaluationContext, stickiness: string): string {
  const { userId, sessionId, remoteAddress } = context.fields;
  const id = stickiness === 'default' ? userId || sessionId || remoteAddress : context.fields[stickiness];
  return id || randomId(context);
}
