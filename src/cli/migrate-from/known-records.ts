import type { MovedKindName, MovedRecord } from './moved-record.js';
import type { MovedRecordsRepository } from './moved-records.pg.repository.js';

/** Which records are moved: those of the database, and those that a dry run would have moved. */
export class KnownRecords {
  private readonly pretended = new Map<string, MovedRecord>();
  private readonly pretendedIds = new Set<string>();

  constructor(private readonly records: MovedRecordsRepository) {}

  /** By their ids in the source. */
  async find(
    kind: MovedKindName,
    sourceIds: readonly (string | null)[],
  ): Promise<ReadonlyMap<string, MovedRecord>> {
    const asked = [...new Set(sourceIds.filter((id) => id !== null))];
    const found = new Map<string, MovedRecord>();
    for (const id of asked) {
      const pretended = this.pretended.get(`${kind}/${id}`);
      if (pretended) found.set(id, pretended);
    }
    const stored = await this.records.find(
      kind,
      asked.filter((id) => !found.has(id)),
    );
    for (const record of stored) found.set(record.sourceId, record);
    return found;
  }

  pretend(kind: MovedKindName, records: readonly MovedRecord[]): void {
    for (const record of records) {
      this.pretended.set(`${kind}/${record.sourceId}`, record);
      this.pretendedIds.add(record.id);
    }
  }

  /** Whether a record would be made by this dry run. */
  isPretended(id: string): boolean {
    return this.pretendedIds.has(id);
  }
}
