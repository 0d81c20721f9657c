import { Injectable } from '@nestjs/common';

import { ConfigIntegrity } from '../../modules/configs/config-integrity.js';
import { MetricsRegistry, single } from './metrics-registry.js';

/** Configs that were changed in the database without the service. */
@Injectable()
export class ConfigMetrics {
  constructor(metrics: MetricsRegistry, integrity: ConfigIntegrity) {
    metrics.counter(
      'triptych_config_checksum_mismatches_total',
      'Versions of configs that this process refused to give out, because their checksum does not fit.',
      [],
      () => single(integrity.mismatches),
    );
  }
}
