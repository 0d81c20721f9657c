import { DECLARED } from '../../declare.js';
import { parseDocument, type RawDocument } from './documents.mongo.repository.js';
import { eventsIn, type PostgresSnapshot } from './postgres-snapshot.js';

const ruleOf = (collection: string) => DECLARED.collections.find(({ name }) => name === collection)?.cut;

/**
 * Decides which documents belong to a PostgreSQL snapshot that was taken before the documents are read. So MongoDB has
 * at least everything that the snapshot says was delivered. Documents beyond that are left out
 * (docs/adr/0009-backup.md).
 */
export class ConsistentCut {
  constructor(private readonly snapshot: Pick<PostgresSnapshot, 'tx' | 'at' | 'floor'>) {}

  /** Those documents of a batch that are not newer than the snapshot. */
  async select(collection: string, batch: readonly RawDocument[]): Promise<readonly RawDocument[]> {
    const rule = ruleOf(collection);
    if (!rule) return batch;
    const documents = batch.map(parseDocument);
    const isRecent = (document: Readonly<Record<string, unknown>>): boolean => {
      const recordedAt = document[rule.recordedAt];
      return !(recordedAt instanceof Date) || recordedAt >= this.snapshot.floor;
    };
    const asked = documents.filter((document) => rule.isDerived(document) && isRecent(document));
    const known = await eventsIn(
      this.snapshot.tx,
      asked.map(({ _id }) => String(_id)),
    );
    return batch.filter((_, index) => {
      const document = documents[index];
      if (!document) return false;
      if (rule.isOfEffect?.(document)) return true;
      // Older than every transaction that could still have been open, so its event may have been dropped from the log
      // since.
      if (rule.isDerived(document)) return !isRecent(document) || known.has(String(document['_id']));
      const recordedAt = document[rule.recordedAt];
      return !(recordedAt instanceof Date) || recordedAt <= this.snapshot.at;
    });
  }
}

/**
 * Collections whose documents carry effects come first. Then the results of an effect that a document records as
 * applied are in the collections that are read later, and a pending effect is applied again after a restore.
 */
export function carriersFirst(names: readonly string[]): string[] {
  const carriers = new Set(DECLARED.collections.filter(({ effects }) => effects).map(({ name }) => name));
  return [...names.filter((name) => carriers.has(name)), ...names.filter((name) => !carriers.has(name))];
}
