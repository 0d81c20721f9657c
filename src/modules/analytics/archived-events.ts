import type { ArchiveRule } from '../../flows/archive/archive-rule.js';

/** Without persons and properties, so that an archive contains nothing that an erasure would have to find. */
export const archivedEvents: ArchiveRule = {
  momentField: 'timestamp',
  retentionDays: ({ analytics }) => analytics.retentionDays,
  toArchive: ({ organization_id, event_name, event_category, timestamp, received_at }) => ({
    organization_id,
    event_name,
    event_category,
    timestamp,
    received_at,
  }),
};
