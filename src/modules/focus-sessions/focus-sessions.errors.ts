import { Conflict, Unavailable } from '../../common/errors/kinds.js';
import type { FocusState } from './focus-session-state.js';

export class FocusSessionActive extends Conflict {
  code = 'focus_sessions.already_active';

  constructor() {
    super('You have an active focus session already. Complete or abandon it first.');
  }
}

export class IllegalFocusMove extends Conflict {
  code = 'focus_sessions.illegal_transition';

  constructor(from: FocusState, to: FocusState) {
    super(`A focus session that is ${from} cannot become ${to}.`);
  }
}

export class FocusSessionEnded extends Conflict {
  code = 'focus_sessions.ended';

  constructor(state: FocusState) {
    super(`The focus session has ended: it is ${state}.`);
  }
}

export class TooManyPauses extends Conflict {
  code = 'focus_sessions.too_many_pauses';

  constructor(max: number) {
    super(`A focus session has ${max} pauses at the most.`);
  }
}

/** Every attempt met another change of the same session. */
export class TooManyChanges extends Unavailable {
  override code = 'focus_sessions.too_many_changes';

  constructor() {
    super('The focus session is changed by too many requests at once. Try again shortly.');
  }
}
