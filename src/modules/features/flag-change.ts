import { createPatch, type Operation } from 'rfc6902';

import type { FlagConfig } from './flag-config.js';

export const CHANGE_KINDS = [
  'created',
  'updated',
  'archived',
  'rolled_back',
  'imported',
  'scheduled',
] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** How a version was created. */
export interface FlagChange {
  kind: ChangeKind;
  at: Date;
  /** The account. Null: the service itself, which carries out a schedule. */
  actor_id: string | null;
  api_key_id: string | null;
  /**
   * From the previous version to this one (RFC 6902). A creation adds the whole flag. Stored as JSON text, because its
   * values may be anything.
   */
  patch: string;
}

export interface ChangeAuthor {
  userId: string | null;
  apiKeyId: string | null;
}

export const changeOf = (
  kind: ChangeKind,
  author: ChangeAuthor,
  at: Date,
  before: FlagConfig | null,
  after: FlagConfig,
): FlagChange => ({
  kind,
  at,
  actor_id: author.userId,
  api_key_id: author.apiKeyId,
  patch: JSON.stringify(patchOf(before, after)),
});

/** Compares JSON values, in which an undefined member is absent. */
export function patchOf(before: FlagConfig | null, after: FlagConfig): Operation[] {
  const [from, to] = JSON.parse(JSON.stringify([before, after])) as [FlagConfig | null, FlagConfig];
  return from === null ? [{ op: 'add', path: '', value: to }] : createPatch(from, to);
}

/** The paths that a change affected, without old or new values, because constraints contain people's addresses. */
export const changedPaths = ({ patch }: FlagChange): string[] => [
  ...new Set((JSON.parse(patch) as Operation[]).map(({ path }) => path)),
];
