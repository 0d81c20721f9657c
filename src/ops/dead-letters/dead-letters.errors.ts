import { Conflict } from '../../common/errors/kinds.js';

/** Only a dead letter can be retried. This one is delivered, or still under way. */
export class NotDead extends Conflict {
  override code = 'dead_letters.not_dead';

  constructor() {
    super('This is no dead letter: it is delivered, or still being tried.');
  }
}
