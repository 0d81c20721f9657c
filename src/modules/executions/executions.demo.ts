import { Injectable } from '@nestjs/common';

import { type DemoOwner, type DemoStep, principalOf } from '../../flows/demo/demo-step.js';
import { ExecutionOutput } from './execution-output.service.js';
import { ExecutionsService } from './executions.service.js';

const LINES = ['Connecting…\n', 'Applying 0001_identity\n', 'Applying 0002_money\n', 'Done: 2 migrations\n'];

/** Three executions with their output: one of them failed. */
@Injectable()
export class ExecutionsDemo implements DemoStep {
  constructor(
    private readonly executions: ExecutionsService,
    private readonly output: ExecutionOutput,
  ) {}

  async seed(owner: DemoOwner): Promise<readonly string[]> {
    const actor = principalOf(owner);
    if ((await this.executions.list(actor, {}, 1, null)).length > 0) return [];
    for (const [index, name] of ['migrate', 'smoke-test', 'migrate'].entries()) {
      const { _id } = await this.executions.create(actor, { name, input: { run: index } }, null);
      await this.executions.update(actor, _id, { state: 'running' }, undefined);
      for (const [seq, data] of LINES.entries())
        await this.output.add(actor, _id, { stream: 'stdout', seq, data });
      const isFailed = name === 'smoke-test';
      if (isFailed)
        await this.output.add(actor, _id, { stream: 'stderr', seq: 0, data: 'GET / answered 502\n' });
      const end = isFailed
        ? ({ state: 'failed', exit_code: 1 } as const)
        : ({ state: 'succeeded', exit_code: 0 } as const);
      await this.executions.update(actor, _id, { ...end, result: { lines: LINES.length } }, undefined);
    }
    return ['3 executions'];
  }
}
