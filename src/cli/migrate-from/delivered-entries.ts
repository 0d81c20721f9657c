import { setTimeout as pause } from 'node:timers/promises';

import { EntryReservationsReadModel } from '../../modules/journal/entry-reservations.pg.read-model.js';
import type { MoveTarget } from './move-target.js';
import type { MovedRecord } from './moved-record.js';

const POLL_MS = 100;
/** Longer than the lease of a process that was killed. */
const GIVE_UP_MS = 120_000;

/** Waits until entries whose place is taken are in MongoDB. */
export class DeliveredEntries {
  private readonly reservations: EntryReservationsReadModel;

  constructor(private readonly target: MoveTarget) {
    this.reservations = target.app.get(EntryReservationsReadModel, { strict: false });
  }

  /** `deleted`: those that have no place any more. What is on its way still after two minutes is missing. */
  async wait(records: readonly MovedRecord[]): Promise<{ deleted: string[] }> {
    const ids = records.map(({ id }) => id);
    const placed = await this.reservations.known(ids);
    const entries = records
      .filter(({ id }) => placed.has(id))
      .map(({ id, userId }) => ({ id, userId, orgId: this.target.orgId }));
    const giveUpAt = performance.now() + GIVE_UP_MS;
    while ((await this.reservations.onTheirWay(entries)).size > 0 && performance.now() < giveUpAt)
      await pause(POLL_MS);
    return { deleted: ids.filter((id) => !placed.has(id)) };
  }
}
