import { Conflict, Invalid } from '../../common/errors/kinds.js';
import type { ExecutionState } from './execution-state.js';

export class IllegalExecutionMove extends Conflict {
  code = 'executions.illegal_transition';

  constructor(from: ExecutionState, to: ExecutionState) {
    super(`An execution that is ${from} cannot become ${to}.`);
  }
}

export class ExecutionEnded extends Conflict {
  code = 'executions.ended';

  constructor(state: ExecutionState) {
    super(`The execution has ended: it is ${state}.`);
  }
}

export class ChunkDiffers extends Conflict {
  code = 'executions.chunk_differs';

  constructor() {
    super('The stream has a chunk of this seq with other data.');
  }
}

export class OutputFull extends Conflict {
  code = 'executions.output_full';

  constructor(max: number) {
    super(`The output of an execution holds ${max} bytes at the most.`);
  }
}

export class UnknownDeployment extends Invalid {
  override code = 'executions.unknown_deployment';

  constructor() {
    super([{ path: 'deployment_id', code: 'unknown', message: 'There is no such deployment.' }]);
  }
}

export class UnstorableValue extends Invalid {
  override code = 'executions.unstorable';

  constructor(path: readonly (string | number)[], message: string) {
    super([{ path: path.join('.'), code: 'unstorable', message }]);
  }
}
