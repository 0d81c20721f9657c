import { createHash } from 'node:crypto';

import canonicalize from 'canonicalize';

import { table } from '../terminal/table.js';
import type { MovedKindName } from './moved-record.js';

/** What became of the rows of one table. */
export interface KindReport {
  kind: MovedKindName;
  /** Rows of the source. */
  source: number;
  /** By this run; of a dry run, what it would have moved. */
  moved: number;
  /** Compared and equal. */
  equal: number;
  /** Changed or deleted here since they were moved. */
  changed: number;
  refused: number;
  missing: number;
  different: number;
  /** SHA-256 over the contents of the rows that are neither refused nor changed here. */
  sourceChecksum: string;
  targetChecksum: string;
}

export interface Fault {
  kind: MovedKindName;
  /** In the source. */
  id: string;
  what: 'refused' | 'missing' | 'different';
  reason: string;
}

export interface MoveReport {
  source: string;
  isDryRun: boolean;
  kinds: KindReport[];
  /** The first ones; the counts have all. */
  faults: Fault[];
}

export const emptyReport = (kind: MovedKindName): KindReport => ({
  ...{ kind, source: 0, moved: 0, equal: 0, changed: 0, refused: 0, missing: 0, different: 0 },
  ...{ sourceChecksum: '', targetChecksum: '' },
});

/** Over canonical JSON (RFC 8785), in which moments are texts. */
export const checksumOf = (content: unknown): string =>
  createHash('sha256')
    .update(canonicalize(JSON.parse(JSON.stringify(content))) ?? '')
    .digest('hex');

export const faultsOf = ({ refused, missing, different }: KindReport): number =>
  refused + missing + different;

/** Whether all that the source has is here. */
export const isComplete = ({ kinds }: MoveReport): boolean => kinds.every((kind) => faultsOf(kind) === 0);

const SHOWN = 12;
const HEADER = ['table', 'source', 'moved', 'equal', 'changed', 'refused', 'missing', 'different'];

const countsOf = (report: KindReport): string[] => [
  report.kind,
  ...[report.source, report.moved, report.equal, report.changed].map(String),
  ...[report.refused, report.missing, report.different].map(String),
];

/** For people. */
export function tableOf({ kinds, faults, isDryRun }: MoveReport): string {
  const counts = isDryRun
    ? table(
        ['table', 'source', 'to move', 'moved before', 'refused'],
        kinds.map(({ kind, source, moved, equal, refused }) => [
          kind,
          ...[source, moved, equal, refused].map(String),
        ]),
      )
    : table(
        [...HEADER, 'checksum there', 'checksum here'],
        kinds.map((report) => [
          ...countsOf(report),
          report.sourceChecksum.slice(0, SHOWN),
          report.targetChecksum.slice(0, SHOWN),
        ]),
      );
  if (faults.length === 0) return counts;
  const rows = faults.map(({ kind, id, what, reason }) => [kind, id, what, reason]);
  return `${counts}\n${table(['table', 'id there', 'what', 'why'], rows)}`;
}

export const toJson = (report: MoveReport) => ({
  ...{ ok: isComplete(report), source: report.source, dry_run: report.isDryRun },
  tables: report.kinds.map(({ kind, sourceChecksum, targetChecksum, ...counts }) => ({
    ...{ table: kind, ...counts, source_checksum: sourceChecksum, target_checksum: targetChecksum },
  })),
  faults: report.faults.map(({ kind, ...fault }) => ({ table: kind, ...fault })),
});
