import { Injectable } from '@nestjs/common';

import { Agreement } from '../../flows/agreement/agreement.js';
import type { AgreementScope, FinishedComparison } from '../../flows/agreement/agreement-state.js';
import { MetricsRegistry, type Samples, single } from './metrics-registry.js';
import { SharedSnapshot } from './shared-snapshot.js';

/** How far the stores agree. The same on every instance. No samples if the comparison is off. */
@Injectable()
export class AgreementMetrics {
  private readonly snapshots: SharedSnapshot<
    readonly [FinishedComparison[], Readonly<Record<string, number>>]
  >;

  constructor(
    private readonly metrics: MetricsRegistry,
    private readonly agreement: Agreement,
  ) {
    this.snapshots = new SharedSnapshot(AgreementMetrics.name, async () => {
      const { recent, pass, differences } = await agreement.state();
      return [[recent, pass].filter((look) => look !== null), differences] as const;
    });
    if (!agreement.isOn) return;
    metrics.gauge(
      'triptych_agreement_differences',
      'Records that differ between the stores, as the continuous comparison has found them.',
      ['check'],
      () => this.differences(),
    );
    this.ofLooks(
      'checked_timestamp_seconds',
      'When the last comparison ended: recent, of what has changed lately; pass, of everything.',
      ({ finishedAt }) => finishedAt.getTime() / 1_000,
    );
    this.ofLooks('checked_records', 'Records that it compared.', ({ checked }) => checked);
    this.ofLooks(
      'duration_seconds',
      'How long it took.',
      ({ startedAt, finishedAt }) => (finishedAt.getTime() - startedAt.getTime()) / 1_000,
    );
    metrics.counter('triptych_agreement_repaired_total', 'Records that this process has repaired.', [], () =>
      single(agreement.repaired),
    );
  }

  private ofLooks(name: string, help: string, value: (look: FinishedComparison) => number): void {
    this.metrics.gauge(`triptych_agreement_${name}`, help, ['scope'], async () => {
      const [looks] = (await this.snapshots.read()) ?? [[]];
      return looks.map((look) => ({
        labels: { scope: look.scope satisfies AgreementScope },
        value: value(look),
      }));
    });
  }

  private async differences(): Promise<Samples> {
    const snapshot = await this.snapshots.read();
    if (!snapshot) return null;
    const [, found] = snapshot;
    return this.agreement.checks.map((check) => ({ labels: { check }, value: found[check] ?? 0 }));
  }
}
