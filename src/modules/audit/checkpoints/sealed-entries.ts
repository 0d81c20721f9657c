import { Injectable } from '@nestjs/common';

import type { Checkpoint } from './chain.js';
import { Checkpoints } from './checkpoints.pg.repository.js';
import { type Leaf, unpackLeaves } from './leaf.js';

/** A leaf and the checkpoint that covers it. */
export interface SealedEntry extends Leaf {
  sequence: number;
}

const AT_ONCE = 200;

/** What is sealed of an organisation, in the order in which it was. */
@Injectable()
export class SealedEntries {
  constructor(private readonly checkpoints: Checkpoints) {}

  /** Of the checkpoints after `after` (exclusive) up to `upTo` (inclusive), those that `isSound` lets pass. */
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
