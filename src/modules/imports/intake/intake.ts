import type { DomainError } from '../../../common/errors/domain-error.js';
import type { Principal } from '../../../common/http/principal.js';
import type { SourceItem } from '../reading/import-source.js';
import type { OwnNames } from './own-names.js';

/** What an import knows of the account that it fills. */
export interface ImportTarget {
  actor: Principal;
  isDryRun: boolean;
  tags: OwnNames;
  categories: OwnNames;
  /** Of a dry run: how many entries the plan still allows. Null: any number. */
  placesLeft: number | null;
}

/** An item that is about to be taken in. */
export interface PlannedItem {
  index: number;
  /** As the file names it. */
  sourceId: string | null;
  /** What it would be known by: where the account has one of them, the item is left alone. */
  ids: readonly string[];
  /** Takes it in; of a dry run, only finds out whether that could be done. Throws `DomainError` where it is refused. */
  take: () => Promise<void>;
}

/** How the items of one section are taken in. */
export interface Intake {
  /** What later sections refer to is planned by every run, also where it was taken in by one before. */
  readonly isReferredTo: boolean;
  plan(target: ImportTarget, items: readonly SourceItem[]): Promise<PlannedItem[]>;
  /** Those of the ids that the account has. */
  known(target: ImportTarget, ids: readonly string[]): Promise<ReadonlySet<string>>;
}

/** An item that cannot be taken in, whatever the account has. */
export const refusedItem = (index: number, sourceId: string | null, fault: DomainError): PlannedItem => ({
  ...{ index, sourceId, ids: [] },
  take: () => Promise.reject(fault),
});
