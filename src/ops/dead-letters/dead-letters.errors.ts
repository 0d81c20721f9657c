import { Conflict } from '../../common/errors/kinds.js';

/** Only what was given up can be retried: it is delivered, or still on its way. */
export class NotDead extends Conflict {
  override code = 'dead_letters.not_dead';

  constructor() {
    super('This is no dead letter: it is delivered, or still being tried.');
  }
}
