import { DECLARED } from '../../declare.js';
import { parseDocument, type RawDocument } from './documents.mongo.repository.js';
import { eventsIn, type PostgresSnapshot } from './postgres-snapshot.js';

const ruleOf = (collection: string) => DECLARED.collections.find(({ name }) => name === collection)?.cut;

/**
 * Decides which documents belong to a snapshot of PostgreSQL that was taken before they are read. MongoDB then has at
 * least what the snapshot says was delivered; what it has beyond that is left out (docs/adr/0009-backup.md).
 */
export class ConsistentCut {
  constructor(private readonly snapshot: Pick<PostgresSnapshot, 'tx' | 'at' | 'floor'>) {}

  /** Those documents of a batch that are not younger than the snapshot. */
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
      // Older than every transaction that could still have been open: its event may have left the log since.
      if (rule.isDerived(document)) return !isRecent(document) || known.has(String(document['_id']));
      const recordedAt = document[rule.recordedAt];
      return !(recordedAt instanceof Date) || recordedAt <= this.snapshot.at;
    });
  }
}

/**
 * Collections whose documents carry effects come first: what a document says was applied is in the collections that are
 * read after it, and what is pending in it is applied again after a restore.
 */
export function carriersFirst(names: readonly string[]): string[] {
  const carriers = new Set(DECLARED.collections.filter(({ effects }) => effects).map(({ name }) => name));
  return [...names.filter((name) => carriers.has(name)), ...names.filter((name) => !carriers.has(name))];
}
