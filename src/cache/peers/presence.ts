import { Logger } from '@nestjs/common';

import { type CuttableClient, openClient } from '../../stores/postgres/client.js';
import type { Postgres } from '../../stores/postgres/postgres.js';

export interface PresenceOptions {
  url: string;
  /** The connection's `application_name`, which peers see in `pg_stat_activity`. At most 63 bytes. */
  name: string;
  channel: string;
  heard: (payload: string) => void;
}

/**
 * A connection to PostgreSQL that announces a state of this instance and listens to a channel meanwhile. It ends with
 * the process in any case, so a dead instance leaves no flag behind.
 */
export class Presence {
  private readonly logger = new Logger('Cache');
  private client: CuttableClient | null = null;
  private listening: Promise<void> | null = null;

  constructor(
    private readonly postgres: Postgres,
    private readonly options: PresenceOptions,
  ) {}

  get name(): string {
    return this.options.name;
  }

  /** When it resolves, peers see this connection and it hears them. Rejects with `StoreUnavailable`. */
  appear(): Promise<void> {
    this.listening ??= this.listen();
    return this.listening;
  }

  leave(): void {
    const { client } = this;
    this.client = null;
    this.listening = null;
    client?.sql.end({ timeout: 0 }).catch((error: unknown) => this.logger.debug(error));
  }

  private async listen(): Promise<void> {
    const { url, name, channel, heard } = this.options;
    const client = openClient({ url, max: 1, prepare: false, applicationName: name });
    this.client = client;
    try {
      await this.postgres.liveness.run(() => client.sql.listen(channel, heard), 'cache.listen');
    } catch (error) {
      if (this.client === client) this.leave();
      throw error;
    }
  }
}
