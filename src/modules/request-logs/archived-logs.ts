import type { ArchiveRule } from '../../flows/archive/archive-rule.js';

/** Without the persons and keys that asked: an erasure has nothing to find in an archive. */
export const archivedLogs: ArchiveRule = {
  momentField: 'timestamp',
  retentionDays: ({ requestLogs }) => requestLogs.retentionDays,
  toArchive: ({ organization_id, timestamp, level, endpoint, method, status, duration_ms, request_id }) => ({
    organization_id,
    timestamp,
    level,
    endpoint,
    method,
    status,
    duration_ms,
    request_id,
  }),
};
