import { Injectable } from '@nestjs/common';

import { type DemoOwner, type DemoStep, principalOf } from '../../flows/demo/demo-step.js';
import { ConfigsService } from './configs.service.js';

const CONTENTS = [
  { log_level: 'debug', retries: 1, endpoints: { payments: 'https://payments.example.com' } },
  { log_level: 'info', retries: 3, endpoints: { payments: 'https://payments.example.com' } },
  { log_level: 'info', retries: 5, endpoints: { payments: 'https://pay.example.com' } },
];

/** One config in each of two environments, with three versions each. */
@Injectable()
export class ConfigsDemo implements DemoStep {
  constructor(private readonly configs: ConfigsService) {}

  async seed(owner: DemoOwner): Promise<readonly string[]> {
    const actor = principalOf(owner);
    if ((await this.configs.list(actor, undefined, 1, null)).length > 0) return [];
    for (const environment of ['staging', 'production']) {
      for (const content of CONTENTS)
        await this.configs.put(actor, { environment, name: 'api' }, content, undefined);
    }
    return ['2 configs'];
  }
}
