import type { VerifyRunResponse } from './verify.dto.js';
import type { VerifyRun } from './verify-run.js';

/** A comparison in the form that operators receive. */
export const toVerifyResponse = (run: VerifyRun): VerifyRunResponse => ({
  id: run.id,
  status: run.status,
  ok: run.isOk,
  repair: run.isRepair,
  checks: run.checks.map(({ name, compared, missing, extra, different, repaired, seconds }) => ({
    ...{ name, compared, missing, extra, different, repaired, seconds },
  })),
  remaining: run.remaining,
  failure: run.failure,
  started_at: run.startedAt.toISOString(),
  finished_at: run.finishedAt?.toISOString() ?? null,
});
