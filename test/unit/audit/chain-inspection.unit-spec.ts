import { describe, expect, it } from 'vitest';

import { newId } from '../../../src/common/ids/ids.js';
import { type Checkpoint, type Head, nextCheckpoint } from '../../../src/modules/audit/checkpoints/chain.js';
import { ChainInspection } from '../../../src/modules/audit/checkpoints/chain-inspection.js';
import { Findings } from '../../../src/modules/audit/checkpoints/findings.js';
import { leafOf } from '../../../src/modules/audit/checkpoints/leaf.js';
import { MissingRun } from '../../../src/modules/audit/checkpoints/missing-run.js';

function chainOf(length: number): Checkpoint[] {
  const orgId = newId();
  const chain: Checkpoint[] = [];
  for (let n = 0; n < length; n += 1) {
    const leaf = leafOf(newId(), { event_type: String(n) });
    chain.push(nextCheckpoint(orgId, chain.at(-1) ?? null, [leaf], new Date(n)));
  }
  return chain;
}

function inspect(chain: readonly Checkpoint[], head: Head | null, known: Head | null = null): string[] {
  const findings = new Findings(10);
  const inspection = new ChainInspection(head, known, findings);
  for (const checkpoint of chain) inspection.inspect(checkpoint);
  inspection.end();
  expect(inspection.isSound).toBe(findings.total === 0);
  return findings.named.map(({ kind, checkpoint }) => `${kind} ${checkpoint}`);
}

describe('a chain of checkpoints', () => {
  const chain = chainOf(5);
  const head = chain.at(-1) ?? null;

  it('is sound as it was made, whatever its length', () => {
    for (const length of [0, 1, 2, 5]) {
      const part = chain.slice(0, length);
      expect(inspect(part, part.at(-1) ?? null)).toEqual([]);
    }
  });

  it('shows the place of each one that is left out, changed, moved or of another organisation', () => {
    const other = chainOf(5);
    for (let at = 0; at < 5; at += 1) {
      const without = chain.toSpliced(at, 1);
      expect(inspect(without, head)).toEqual([`checkpoint_missing ${at + 1}`]);
      const [checkpoint, foreign] = [chain[at], other[at]];
      if (!checkpoint || !foreign) throw new Error('No checkpoint');
      const changed = chain.toSpliced(at, 1, { ...checkpoint, sealedAt: new Date(1_000) });
      expect(inspect(changed, head)).toEqual([`checkpoint_altered ${at + 1}`]);
      const swapped = chain.toSpliced(at, 1, { ...foreign, orgId: checkpoint.orgId });
      expect(inspect(swapped, head)).toEqual([`checkpoint_altered ${at + 1}`]);
    }
  });

  it('shows two faults as two', () => {
    const changed = chain.map((each, n) =>
      n === 1 || n === 3 ? { ...each, leaves: Buffer.alloc(64) } : each,
    );
    expect(inspect(changed, head)).toEqual(['checkpoint_altered 2', 'checkpoint_altered 4']);
  });

  it('contains the heads that it had, and no others', () => {
    for (const known of chain) expect(inspect(chain, head, known)).toEqual([]);
    const [foreign] = chainOf(1);
    expect(inspect(chain, head, foreign)).toEqual(['checkpoint_altered 1']);
    expect(inspect(chain, head, { sequence: 7, digest: Buffer.alloc(32) })).toEqual(['checkpoint_missing 6']);
  });
});

describe('entries that are missing one after the other', () => {
  it('are cut off where nothing follows them, and all are counted', () => {
    const findings = new Findings(3);
    const run = new MissingRun(findings);
    run.add({ id: 'a', sequence: 1 });
    run.endedByOther();
    for (let n = 0; n < 9; n += 1) run.add({ id: `b${n}`, sequence: 2 });
    run.endedByLog();
    expect(findings.named.map(({ kind, entryId }) => `${kind} ${entryId}`)).toEqual([
      'deleted a',
      'cut_off b0',
      'cut_off b1',
    ]);
    expect(findings.total).toBe(10);
  });
});
