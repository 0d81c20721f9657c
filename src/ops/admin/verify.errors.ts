import { Conflict } from '../../common/errors/kinds.js';

/** Only one comparison runs at a time, because a second one would slow down both. */
export class VerifyRunning extends Conflict {
  override code = 'admin.verify_running';

  constructor(id: string) {
    super(`A comparison is running already: ${id}.`);
  }
}
