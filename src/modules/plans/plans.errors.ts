import { Conflict, Invalid } from '../../common/errors/kinds.js';

export class PlanCodeTaken extends Conflict {
  readonly code = 'plans.code_taken';

  constructor() {
    super('Another plan has this code.', {
      errors: [{ path: 'code', code: 'taken', message: 'Another plan has this code.' }],
    });
  }
}

/** The periods and prorations of its subscribers depend on these values. The price, in contrast, may change. */
export class PlanInUse extends Conflict {
  readonly code = 'plans.in_use';

  constructor(path: 'currency' | 'interval') {
    const message = `The ${path} of a plan that has subscribers cannot change. Make another plan.`;
    super(message, { errors: [{ path, code: 'in_use', message }] });
  }
}

export class PlanCodeFixed extends Invalid {
  override code = 'plans.code_fixed';

  constructor() {
    super([{ path: 'code', code: 'fixed', message: 'A plan keeps its code: it must be as in the path.' }]);
  }
}

/** A request names a plan that does not exist, or that is not sold any more. */
export class PlanUnavailable extends Invalid {
  override code = 'plans.unavailable';

  constructor(path: string, reason: 'unknown' | 'inactive') {
    const message =
      reason === 'unknown' ? 'There is no such plan.' : 'The plan cannot be subscribed to anew.';
    super([{ path, code: `${reason}_plan`, message }], message);
  }
}
