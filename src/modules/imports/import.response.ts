import { SECTIONS } from '../exports/writing/section.js';
import { type ImportRequest, noCounts } from './import-request.js';
import type { ImportRequestResponse } from './imports.dto.js';

export const toImportResponse = (request: ImportRequest): ImportRequestResponse => ({
  id: request.id,
  format: request.format,
  dry_run: request.isDryRun,
  state: request.state,
  percent: request.percent,
  size: request.size,
  counts: countsOf(request),
  report: request.report.map(({ section, index, id, code, path, message }) => ({
    ...{ section, index, id, code, path, message },
  })),
  error: request.error,
  created_at: request.createdAt.toISOString(),
  completed_at: request.completedAt?.toISOString() ?? null,
  expires_at: request.expiresAt.toISOString(),
});

/** In the order of an export: PostgreSQL keeps none. */
function countsOf({ counts }: ImportRequest): ImportRequestResponse['counts'] {
  const shown = noCounts();
  for (const name of SECTIONS) {
    const { imported, known, refused } = counts[name];
    shown[name] = { imported, known, refused };
  }
  return shown;
}
