import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import { CommonModule } from '../../src/common/common.module.js';
import { Clock } from '../../src/common/time/clock.js';

/** Sets the time of an application, which then stands still. PostgreSQL's own clock is not changed. */
export class TravellingClock {
  private readonly clock: Clock;
  private moment: Date | null = null;

  constructor(app: NestFastifyApplication) {
    this.clock = app.select(CommonModule).get(Clock, { strict: true });
    this.clock.now = () => this.moment ?? new Date();
  }

  travelTo(moment: string): void {
    this.moment = new Date(moment);
  }

  back(): void {
    this.moment = null;
  }
}
