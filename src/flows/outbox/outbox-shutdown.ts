import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';

import { within } from '../../common/time/within.js';
import { QueueConnection } from '../queue/queue-connection.js';
import { InlineDelivery } from './inline-delivery.js';
import { OutboxQueue } from './outbox-queue.pg.repository.js';
import { OutboxTuning } from './outbox-tuning.js';
import { Readdressing } from './readdressing.js';

/**
 * Ends the outbox after the last request and before the stores are closed. Deliveries under way are finished. The
 * other leases are released, so that another process does not have to wait for their end.
 */
@Injectable()
export class OutboxShutdown implements OnApplicationShutdown {
  private readonly logger = new Logger(OutboxShutdown.name);

  constructor(
    private readonly inline: InlineDelivery,
    private readonly readdressing: Readdressing,
    private readonly queue: OutboxQueue,
    private readonly connection: QueueConnection,
    private readonly tuning: OutboxTuning,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    const isDrained = await within(
      this.inline.drain().then(() => true),
      this.tuning.drainMs,
    );
    await this.readdressing.stop();
    if (!isDrained) this.logger.warn('Some events are left to other processes');
    try {
      await this.queue.releaseAll();
    } catch (error) {
      this.logger.warn(`Leases could not be given back; they end by themselves: ${String(error)}`);
    }
    await this.connection.close();
  }
}
