import { eventually } from '../../../support/eventually.js';
import { createTestStores, type TestStores } from '../../../support/test-stores.js';
import { Flows, type FlowsOptions } from './flows-harness.js';

/** Stores of one test, and the processes on them. */
export class FlowsTest {
  private readonly started = new Set<Flows>();

  private constructor(private readonly stores: TestStores) {}

  static async begin(): Promise<FlowsTest> {
    return new FlowsTest(await createTestStores());
  }

  async start(options: FlowsOptions = {}): Promise<Flows> {
    const flows = await Flows.start(this.stores, options);
    this.started.add(flows);
    return flows;
  }

  /** Before the others. */
  async stop(flows: Flows): Promise<void> {
    this.started.delete(flows);
    await flows.close();
  }

  async end(): Promise<void> {
    for (const flows of this.started) await flows.close();
    await this.stores.drop();
  }
}

/** Until nothing is left in the queue of the outbox. */
export const isDrained = (flows: Flows) =>
  eventually(
    () => flows.counts(),
    ({ queued }) => queued === 0,
    10_000,
  );
