import { ACTIVITY_COLLECTION } from '../../modules/activity/activity-log.schema.js';
import {
  ANALYTICS_COLLECTION,
  OUTBOX_MESSAGE_PREFIX,
} from '../../modules/analytics/analytics-event.schema.js';
import { parseDocument, type RawDocument } from './documents.mongo.repository.js';
import { eventsIn, type PostgresSnapshot } from './postgres-snapshot.js';

/** How a collection's documents relate to the snapshot of PostgreSQL. */
interface CutRule {
  /** The field with the moment at which the service recorded the document. */
  recordedAt: string;
  /** Whether the relay made it, from the event that has its `_id`. */
  isDerived: (document: Readonly<Record<string, unknown>>) => boolean;
}

/** Collections without a rule are taken as they are read. A projection's collection needs one. */
export const CUT_RULES: Readonly<Record<string, CutRule>> = {
  [ACTIVITY_COLLECTION]: { recordedAt: 'recorded_at', isDerived: ({ source }) => source === 'outbox' },
  [ANALYTICS_COLLECTION]: {
    recordedAt: 'received_at',
    isDerived: ({ message_id }) =>
      typeof message_id === 'string' && message_id.startsWith(OUTBOX_MESSAGE_PREFIX),
  },
};

/**
 * Decides which documents belong to a snapshot of PostgreSQL that was taken before they are read. MongoDB then has at
 * least what the snapshot says was delivered; what it has beyond that is left out (docs/adr/0009-backup.md).
 */
export class ConsistentCut {
  constructor(private readonly snapshot: Pick<PostgresSnapshot, 'tx' | 'at' | 'floor'>) {}

  /** Those documents of a batch that are not younger than the snapshot. */
  async select(collection: string, batch: readonly RawDocument[]): Promise<readonly RawDocument[]> {
    const rule = CUT_RULES[collection];
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
      // Older than every transaction that could still have been open: its event may have left the log since.
      if (rule.isDerived(document)) return !isRecent(document) || known.has(String(document['_id']));
      const recordedAt = document[rule.recordedAt];
      return !(recordedAt instanceof Date) || recordedAt <= this.snapshot.at;
    });
  }
}
