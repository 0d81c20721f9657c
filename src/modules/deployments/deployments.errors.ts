import { Conflict } from '../../common/errors/kinds.js';
import type { DeploymentState } from './deployment-state.js';

export class IllegalTransition extends Conflict {
  code = 'deployments.illegal_transition';

  constructor(from: DeploymentState, to: DeploymentState) {
    super(`A deployment that is ${from} cannot become ${to}.`);
  }
}

export class NothingToRollBackTo extends Conflict {
  code = 'deployments.nothing_to_roll_back_to';

  constructor() {
    super('No other deployment of this environment has succeeded before.');
  }
}
