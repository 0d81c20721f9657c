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
