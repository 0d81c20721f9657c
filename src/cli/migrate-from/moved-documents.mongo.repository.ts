import { persistently } from '../../flows/reconciliation/persistently.js';
import { ACTIVITY_COLLECTION, type ActivityLog } from '../../modules/activity/activity-log.js';
import type { Mongo } from '../../stores/mongo/mongo.js';

const AT_ONCE = 200;
/** A MongoDB that is busy with what was moved already gets this time for one step. */
const PATIENCE_MS = 120_000;

interface MovedDocument {
  _id: string;
  organization_id: string;
}

/** The documents that records become which MongoDB owns. Rejects with `StoreUnavailable`. */
export class MovedDocumentsRepository {
  constructor(
    private readonly mongo: Mongo,
    private readonly orgId: string,
  ) {}

  /** One that is there already stays as it is, whatever has become of it since. */
  async insert(collection: string, documents: readonly MovedDocument[]): Promise<void> {
    for (let from = 0; from < documents.length; from += AT_ONCE) {
      const batch = documents.slice(from, from + AT_ONCE);
      await this.run('bulkWrite', () =>
        this.mongo.collection<MovedDocument>(collection).bulkWrite(
          batch.map(({ _id, ...fields }) => ({
            updateOne: { filter: { _id }, update: { $setOnInsert: fields }, upsert: true },
          })),
          { ordered: false },
        ),
      );
    }
  }

  /** Also those that are being taken away. */
  async find<T extends MovedDocument>(collection: string, ids: readonly string[]): Promise<T[]> {
    const found: T[] = [];
    for (let from = 0; from < ids.length; from += AT_ONCE) {
      const batch = ids.slice(from, from + AT_ONCE);
      const documents = await this.run('find', () =>
        this.mongo
          .collection<MovedDocument>(collection)
          .find<T>({ organization_id: this.orgId, _id: { $in: [...batch] } })
          .toArray(),
      );
      found.push(...documents);
    }
    return found;
  }

  /** Those of these ids of which the activity log says that they were deleted: `mood.deleted`. */
  async deleted(eventType: string, ids: readonly string[]): Promise<string[]> {
    if (ids.length === 0) return [];
    const entries = await this.run('find', () =>
      this.mongo
        .collection<ActivityLog>(ACTIVITY_COLLECTION)
        .find({ organization_id: this.orgId, resource_id: { $in: [...ids] }, event_type: eventType })
        .project<Pick<ActivityLog, 'resource_id'>>({ resource_id: 1 })
        .toArray(),
    );
    return entries.map(({ resource_id: id }) => id).filter((id) => id !== null);
  }

  private run<T>(name: string, operation: () => Promise<T>): Promise<T> {
    return persistently(() => this.mongo.run(name, operation), PATIENCE_MS);
  }
}
