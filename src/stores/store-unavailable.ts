import { Unavailable } from '../common/errors/kinds.js';

export type StoreName = 'postgres' | 'mongodb' | 'redis';

/** A store cannot be reached. Flows fail over on this error and on no other. */
export class StoreUnavailable extends Unavailable {
  override code = 'service.store_unavailable';

  constructor(
    readonly store: StoreName,
    options: { cause?: unknown } = {},
  ) {
    super('A database that this request needs cannot be reached right now. Try again shortly.', options);
  }
}
