import type { ImportRequest } from './import-request.js';
import type { ImportResponse } from './imports.dto.js';

export const toImportResponse = (request: ImportRequest): ImportResponse => ({
  id: request.id,
  format: request.format,
  dry_run: request.isDryRun,
  state: request.state,
  percent: request.percent,
  size: request.size,
  counts: request.counts,
  report: request.report.map(({ section, index, id, code, path, message }) => ({
    ...{ section, index, id, code, path, message },
  })),
  error: request.error,
  created_at: request.createdAt.toISOString(),
  completed_at: request.completedAt?.toISOString() ?? null,
  expires_at: request.expiresAt.toISOString(),
});
