import { Injectable } from '@nestjs/common';

import { AuditedEntries, type TimeRange } from './audited-entries.mongo.repository.js';
import { CheckpointTuning } from './checkpoint-tuning.js';
import { Checkpoints } from './checkpoints.pg.repository.js';
import type { Findings } from './findings.js';
import { isEntryId } from './leaf.js';
import { SealedEntries } from './sealed-entries.js';
import { Sealing } from './sealing.pg.repository.js';
import { WaitingEntries } from './waiting-entries.js';
import { Witnesses } from './witnesses.pg.read-model.js';

/** The part of an organisation's log that was sealed when a verification began. */
export interface SealedPart {
  orgId: string;
  /** The sequence of the last checkpoint that was read. */
  newest: number;
  /** The entries that those checkpoints cover. */
  sealed: number;
  range: TimeRange;
  /** Whether an id is too young to be sealed. */
  isTail: (id: unknown) => boolean;
}

/** Finds entries in the sealed part of the log that are not sealed. */
@Injectable()
export class UnsealedEntrySearch {
  constructor(
    private readonly entries: AuditedEntries,
    private readonly checkpoints: Checkpoints,
    private readonly sealedEntries: SealedEntries,
    private readonly waiting: WaitingEntries,
    private readonly witnesses: Witnesses,
    private readonly sealing: Sealing,
    private readonly tuning: CheckpointTuning,
  ) {}

  /**
   * Reports the entries without a witness, and returns how many came late. Walks the index of the log once for each
   * `idsAtOnce` sealed entries, so that its memory does not grow with the log.
   */
  async search(part: SealedPart, findings: Findings): Promise<number> {
    const passes = Math.max(1, Math.ceil(part.sealed / this.tuning.idsAtOnce));
    let late = 0;
    for (let pass = 0; pass < passes; pass += 1) {
      const isMine = (id: string): boolean => shareOf(id, passes) === pass;
      const sealed = await this.sealedIds(part, isMine);
      for await (const ids of this.entries.ids(part.orgId, part.range)) {
        const unsealed = ids.filter(
          (id) => isMine(String(id)) && !part.isTail(id) && !(typeof id === 'string' && sealed.has(id)),
        );
        if (unsealed.length > 0) late += await this.judge(part, unsealed, findings);
      }
    }
    return late;
  }

  private async sealedIds(part: SealedPart, isMine: (id: string) => boolean): Promise<Set<string>> {
    const ids = new Set<string>();
    for await (const batch of this.sealedEntries.batches(part.orgId, 0, part.newest)) {
      for (const { id } of batch) if (isMine(id)) ids.add(id);
    }
    return ids;
  }

  private async judge(
    { orgId, newest }: SealedPart,
    unsealed: readonly unknown[],
    findings: Findings,
  ): Promise<number> {
    const ids = unsealed.filter(isEntryId);
    // In this order, because an entry that is sealed meanwhile is not awaited any more but is in a newer checkpoint.
    const awaited = [...(await this.waiting.among(ids)), ...(await this.checkpoints.awaitedAmong(ids))];
    const { sequence, sealed } = await this.sealedSince(orgId, newest);
    const known = new Set([...awaited, ...sealed]);
    const witnesses = await this.witnesses.byIds(ids.filter((id) => !known.has(id)));
    const late = witnesses.filter(({ entry }) => entry === null || entry['organization_id'] === orgId);
    await this.sealing.awaitLate(
      orgId,
      sequence,
      late.map(({ id }) => id),
    );
    for (const { id } of late) known.add(id);
    const forged = unsealed.filter((id) => typeof id !== 'string' || !known.has(id));
    for (const id of forged) {
      const detail = 'The entry stands in the sealed part of the log, and nothing vouches for it.';
      findings.add({ kind: 'inserted', entryId: String(id), checkpoint: null, detail });
    }
    return unsealed.length - forged.length;
  }

  private async sealedSince(orgId: string, newest: number): Promise<{ sequence: number; sealed: string[] }> {
    const sealed: string[] = [];
    let sequence = newest;
    for await (const batch of this.sealedEntries.batches(orgId, newest, null)) {
      for (const entry of batch) {
        sealed.push(entry.id);
        sequence = entry.sequence;
      }
    }
    return { sequence, sealed };
  }
}

/** A value that is not an id, written by another program, belongs to the first share. */
const shareOf = (id: string, shares: number): number => (Number.parseInt(id.slice(-4), 16) || 0) % shares;
