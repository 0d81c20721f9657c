import { type Checkpoint, digestOf, type Head, ORIGIN_DIGEST } from './chain.js';
import type { Findings } from './findings.js';
import { LEAF_BYTES } from './leaf.js';

/** What the previous checkpoint determines about the next one. */
interface Predecessor {
  sequence: number;
  digest: Buffer;
  /** False: the checkpoint was reported, so its original digest is unknown. */
  isSound: boolean;
}

/** Inspects the chain of one organisation from its first checkpoint to its head. Reports each fault once. */
export class ChainInspection {
  private before: Predecessor = { sequence: 0, digest: ORIGIN_DIGEST, isSound: true };
  private faults = 0;

  /** `known`: a head that was kept outside of this database. */
  constructor(
    private readonly head: Head | null,
    private readonly known: Head | null,
    private readonly findings: Findings,
  ) {}

  /** Whether no checkpoint so far was tampered with. */
  get isSound(): boolean {
    return this.faults === 0;
  }

  /** Inspects the next checkpoint in the order of sequences. False: its statements about entries cannot be trusted. */
  inspect(checkpoint: Checkpoint): boolean {
    const { sequence, previous, digest, leaves } = checkpoint;
    const isUnbroken = sequence === this.before.sequence + 1;
    if (!isUnbroken) this.missing(this.before.sequence + 1, sequence - 1);
    const computed = digestOf(checkpoint);
    const isSound = computed.equals(digest) && leaves.length % LEAF_BYTES === 0;
    if (!isSound) this.altered(sequence, 'The checkpoint does not have its digest.');
    else if (isUnbroken && this.before.isSound && !this.before.digest.equals(previous)) {
      // This checkpoint is intact itself, so the one before it was replaced as a whole.
      this.altered(Math.max(1, sequence - 1), 'The next checkpoint follows another one than this.');
    } else if (this.known?.sequence === sequence && !this.known.digest.equals(computed)) {
      this.altered(sequence, 'The checkpoint is not the one whose digest was kept.');
    }
    this.before = { sequence, digest, isSound };
    return isSound;
  }

  /** Call it after the last checkpoint. */
  end(): void {
    const last = Math.max(this.head?.sequence ?? 0, this.known?.sequence ?? 0);
    if (last > this.before.sequence) this.missing(this.before.sequence + 1, last);
    else if (this.before.sequence > (this.head?.sequence ?? 0)) {
      this.altered(this.before.sequence, 'It is newer than what is recorded as the newest checkpoint.');
    } else if (this.before.isSound && this.head && !this.before.digest.equals(this.head.digest)) {
      this.altered(this.before.sequence, 'It is not what is recorded as the newest checkpoint.');
    }
  }

  private altered(sequence: number, detail: string): void {
    this.faults += 1;
    this.findings.add({ kind: 'checkpoint_altered', entryId: null, checkpoint: sequence, detail });
  }

  private missing(first: number, last: number): void {
    this.faults += 1;
    const detail =
      first === last ? 'The checkpoint is missing.' : `The checkpoints ${first} to ${last} are missing.`;
    this.findings.add({ kind: 'checkpoint_missing', entryId: null, checkpoint: first, detail });
  }
}
