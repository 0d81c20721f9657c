import type { EvaluatedFlag } from '../flag-answer.js';
import type { OfrepFlagResponse } from './ofrep.dto.js';

/** OFREP's metadata are scalars, so a variant's payload appears as text. */
export const toOfrepFlag = (flag: EvaluatedFlag, isStale: boolean): OfrepFlagResponse => ({
  key: flag.key,
  value: flag.value,
  reason: flag.reason,
  ...(flag.variant !== null && { variant: flag.variant }),
  metadata: {
    version: flag.version,
    ...(flag.payload && { payload: flag.payload.value }),
    ...(isStale && { stale: true }),
  },
});

/** By the answer, which the snapshot gives again for each equal outcome. */
const texts = new WeakMap<EvaluatedFlag, string>();

/** The JSON of `OfrepFlagsResponse`. */
export function ofrepFlagsText(flags: readonly EvaluatedFlag[], isStale: boolean): string {
  const textOf = (flag: EvaluatedFlag): string => JSON.stringify(toOfrepFlag(flag, isStale));
  const keptTextOf = (flag: EvaluatedFlag): string => {
    const known = texts.get(flag);
    if (known !== undefined) return known;
    const text = textOf(flag);
    texts.set(flag, text);
    return text;
  };
  return `{"flags":[${flags.map(isStale ? textOf : keptTextOf).join(',')}]}`;
}
