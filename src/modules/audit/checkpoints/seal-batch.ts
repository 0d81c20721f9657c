import type { StoredEntry } from './audited-entries.mongo.repository.js';
import { type EntryDocument, isEntryId, type Leaf, leafOf } from './leaf.js';
import type { Witness } from './witnesses.pg.read-model.js';

/** Everything that is known about a set of ids. */
export interface Known {
  entries: readonly StoredEntry[];
  witnesses: readonly Witness[];
  /** Read before MongoDB, so an id that is in neither was delivered and has been removed since. */
  undelivered: ReadonlySet<string>;
  /** Entries with an older id may have had a witness that the retention has dropped. */
  logBeginning: string;
}

export interface SealBatch {
  /** By organisation. */
  leaves: Map<string, Leaf[]>;
  /** Ids that have to be looked up again. */
  awaited: string[];
}

/**
 * What to seal of each of `ids`. An entry of the outbox is sealed as its event prescribes, so that a change made
 * before the sealing is detected too. An entry without a witness is not sealed, so verification reports it.
 */
export function sealBatch(ids: readonly string[], known: Known): SealBatch {
  const entries = new Map(known.entries.map((entry) => [entry._id, entry]));
  const witnesses = new Map(known.witnesses.map((witness) => [witness.id, witness]));
  const batch: SealBatch = { leaves: new Map(), awaited: [] };
  for (const id of ids) {
    const entry = entries.get(id);
    const witness = witnesses.get(id);
    if (!entry && known.undelivered.has(id)) batch.awaited.push(id);
    else if (witness?.entry) add(batch.leaves, id, witness.entry);
    else if (entry && (witness || known.undelivered.has(id) || needsNoWitness(entry, known.logBeginning)))
      add(batch.leaves, id, entry);
  }
  return batch;
}

function add(leaves: Map<string, Leaf[]>, id: string, entry: EntryDocument): void {
  const { organization_id: orgId, occurred_at: occurredAt, recorded_at: recordedAt } = entry;
  if (!isEntryId(orgId) || !(occurredAt instanceof Date) || !(recordedAt instanceof Date)) return;
  const others = leaves.get(orgId);
  const leaf = leafOf(id, entry);
  if (others) others.push(leaf);
  else leaves.set(orgId, [leaf]);
}

const needsNoWitness = ({ _id, source }: StoredEntry, logBeginning: string): boolean =>
  source === 'api' || source === 'effect' || _id < logBeginning;
