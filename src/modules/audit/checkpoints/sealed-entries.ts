import { Injectable } from '@nestjs/common';

import type { Checkpoint } from './chain.js';
import { Checkpoints } from './checkpoints.pg.repository.js';
import { type Leaf, unpackLeaves } from './leaf.js';

/** A leaf and the checkpoint that covers it. */
export interface SealedEntry extends Leaf {
  sequence: number;
}

const AT_ONCE = 200;

/** The sealed entries of an organisation, in the order in which they were sealed. */
@Injectable()
export class SealedEntries {
  constructor(private readonly checkpoints: Checkpoints) {}

  /** Entries of the checkpoints after `after` (exclusive) up to `upTo` (inclusive) that `isSound` accepts. */
  async *batches(
    orgId: string,
    after: number,
    upTo: number | null,
    isSound: (checkpoint: Checkpoint) => boolean = () => true,
  ): AsyncGenerator<SealedEntry[]> {
    let batch: SealedEntry[] = [];
    for await (const checkpoint of this.checkpoints.walk(orgId, after, upTo)) {
      if (!isSound(checkpoint)) continue;
      for (const leaf of unpackLeaves(checkpoint.leaves)) {
        batch.push({ ...leaf, sequence: checkpoint.sequence });
        if (batch.length < AT_ONCE) continue;
        yield batch;
        batch = [];
      }
    }
    if (batch.length > 0) yield batch;
  }
}
