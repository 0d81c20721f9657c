import { differingFields } from '../../flows/reconciliation/same-value.js';
import type { EarlierVersion, StoredMessage } from './message.js';

/** The names of the fields that differ. */
export const differingMessageFields = (one: StoredMessage, other: StoredMessage): string[] =>
  differingFields(one, other);

/**
 * The common result of two copies of a message. A tombstone wins over every edit; otherwise the higher version wins,
 * or, if they are equal, the later one. The text of a losing edit is kept among the earlier versions. The result is
 * one of the two copies, or has a version above both, so that it replaces both.
 */
export function mergeMessages(one: StoredMessage, other: StoredMessage): StoredMessage {
  if (differingMessageFields(one, other).length === 0) return one;
  const [winner, loser] = isBefore(one, other) ? [other, one] : [one, other];
  const merged: StoredMessage = {
    ...winner,
    memberId: one.memberId === null || other.memberId === null ? null : winner.memberId,
    versions: winner.isDeleted ? [] : versionsOf(winner, loser),
  };
  const isAsWinner = differingMessageFields(merged, winner).length === 0;
  const isAbove = isAsWinner && winner.version > loser.version;
  return isAbove ? winner : { ...merged, version: Math.max(one.version, other.version) + 1 };
}

/** Whether `other` wins. */
function isBefore(one: StoredMessage, other: StoredMessage): boolean {
  if (one.isDeleted !== other.isDeleted) return other.isDeleted;
  if (one.version !== other.version) return other.version > one.version;
  return other.updatedAt > one.updatedAt;
}

/** If both were edited independently, the other text is kept too. */
function versionsOf(winner: StoredMessage, loser: StoredMessage): readonly EarlierVersion[] {
  if (loser.isDeleted) return winner.versions;
  const known = new Set([winner.content, ...winner.versions.map(({ content }) => content)]);
  const lost = [...loser.versions, ...currentOf(loser)].filter(({ content }) => !known.has(content));
  if (lost.length === 0) return winner.versions;
  return [...winner.versions, ...lost].toSorted((a, b) => a.version - b.version);
}

const currentOf = ({ version, content, fileUrl, updatedAt }: StoredMessage): EarlierVersion[] =>
  content === null ? [] : [{ version, content, file_url: fileUrl, written_at: updatedAt.toISOString() }];
