import {
  type CollectionReport,
  declareCollections,
  type IndexStatus,
} from '../../stores/mongo/declare-collections.js';
import { violatedUniqueIndex } from '../../stores/mongo/mongo-errors.js';
import { withDatabase } from '../../stores/mongo/with-database.js';
import { CommandFailed } from '../terminal/explained.js';
import { DECLARED } from '../../declare.js';

/** Creates the missing collections and indexes of the application. Throws `StoreUnavailable`, `CommandFailed`. */
export async function initMongo(uri: string): Promise<CollectionReport[]> {
  try {
    return await withDatabase(uri, (db) => declareCollections(db, DECLARED.collections));
  } catch (error) {
    if (violatedUniqueIndex(error) === null) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandFailed(
      'A unique index cannot be created, because duplicates are there.',
      why,
      ['remove or change the duplicates and run npm run mongo:init again'],
      { cause: error },
    );
  }
}

export const countIndexes = (reports: readonly CollectionReport[], status: IndexStatus): number =>
  reports.flatMap(({ indexes }) => indexes).filter((index) => index.status === status).length;
