import type { ExportRequest } from './export-request.js';
import type { ExportRequestResponse } from './exports.dto.js';

export const toExportResponse = (request: ExportRequest): ExportRequestResponse => ({
  id: request.id,
  format: request.format,
  state: request.state,
  percent: request.percent,
  size: request.size,
  error: request.error,
  created_at: request.createdAt.toISOString(),
  completed_at: request.completedAt?.toISOString() ?? null,
  expires_at: request.expiresAt.toISOString(),
});
