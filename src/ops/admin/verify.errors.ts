import { Conflict } from '../../common/errors/kinds.js';

/** One comparison at a time: a second one would only slow down both. */
export class VerifyRunning extends Conflict {
  override code = 'admin.verify_running';

  constructor(id: string) {
    super(`A comparison is running already: ${id}.`);
  }
}
