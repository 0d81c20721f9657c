import type { PrivateFile } from './files/private-file.js';

export const EXPORT_FORMATS = ['json', 'markdown'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** The states of what is done in the background. */
export const WORK_STATES = ['pending', 'running', 'completed', 'failed'] as const;
export type WorkState = (typeof WORK_STATES)[number];

export const UNFINISHED: readonly WorkState[] = ['pending', 'running'];

/** So long is a file kept. */
export const KEPT_MS = 7 * 86_400_000;

/** What a person has asked for. */
export interface ExportRequest {
  id: string;
  organizationId: string;
  userId: string;
  format: ExportFormat;
  state: WorkState;
  /** 0 to 100. */
  percent: number;
  /** Of the run that wrote it, or writes it. Null before the first. */
  fileId: string | null;
  fileKey: string | null;
  /** Bytes; null until it is completed. */
  size: number | null;
  error: string | null;
  createdAt: Date;
  updatedAt: Date;
  completedAt: Date | null;
  expiresAt: Date;
}

/** The file of an export that is completed; null before. */
export const fileOf = ({ state, fileId, fileKey, size }: ExportRequest): PrivateFile | null =>
  state === 'completed' && fileId !== null && fileKey !== null && size !== null
    ? { id: fileId, key: fileKey, size }
    : null;
