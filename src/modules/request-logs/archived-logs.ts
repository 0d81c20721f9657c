import type { ArchiveRule } from '../../flows/archive/archive-rule.js';

/** Without the requesting persons and keys, so that an archive contains nothing that an erasure would have to find. */
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
