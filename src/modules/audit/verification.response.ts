import type { VerificationReport } from './checkpoints/verification.js';
import type { VerificationResponse } from './audit.dto.js';

/** The verification report in the form that clients receive. */
export const toVerificationResponse = (report: VerificationReport): VerificationResponse => ({
  ok: report.findingsTotal === 0,
  checked: report.checked,
  sealed_until: report.sealedUntil?.toISOString() ?? null,
  unsealed: report.unsealed,
  head: report.head && { sequence: report.head.sequence, digest: report.head.digest.toString('hex') },
  findings: report.findings.map(({ kind, entryId, checkpoint, detail }) => ({
    kind,
    entry_id: entryId,
    checkpoint,
    detail,
  })),
  findings_total: report.findingsTotal,
});
