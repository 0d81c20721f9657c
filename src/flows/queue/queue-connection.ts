import { Injectable } from '@nestjs/common';
import type { Sql } from 'postgres';

import { Config } from '../../config/config.js';
import { type CuttableClient, openClient } from '../../stores/postgres/client.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';

/**
 * Separate connections for the statements of relays and of the scheduler, so that deliveries never wait behind
 * requests, nor requests behind deliveries. A dead or frozen PostgreSQL gives `StoreUnavailable` as fast as on other
 * connections.
 */
@Injectable()
export class QueueConnection {
  private readonly client: CuttableClient;
  private listener: CuttableClient | null = null;
  private listenerPid: number | null = null;

  constructor(
    private readonly config: Config,
    private readonly postgres: Postgres,
  ) {
    this.client = this.open(config.postgres.queueConnections);
  }

  /** Rejects with `StoreUnavailable` if PostgreSQL does not answer. `name` is a label in the metrics. */
  async run<T>(name: string, work: (sql: Sql) => Promise<T>): Promise<T> {
    try {
      return await this.postgres.liveness.run(() => work(this.client.sql), name);
    } catch (error) {
      // Otherwise the statements that a frozen server holds would keep occupying the few connections.
      if (error instanceof StoreUnavailable) this.client.cut();
      throw error;
    }
  }

  /** Listens to notifications of `channel` on a connection of its own, which replaces an earlier one. */
  async listen(channel: string, heard: () => void): Promise<void> {
    await this.closeListener();
    const listener = this.open(1);
    this.listener = listener;
    const { state } = await this.postgres.liveness.run(
      () => listener.sql.listen(channel, heard),
      'outbox.listen',
    );
    this.listenerPid = state.pid;
  }

  /**
   * Whether the server still has the connection that `listen` opened. The driver tries only once to restore a lost
   * one, and then gives up silently.
   */
  async isListening(): Promise<boolean> {
    const pid = this.listenerPid;
    if (pid === null) return false;
    const rows = await this.run(
      'outbox.listening',
      (sql) => sql`select 1 from pg_stat_activity where pid = ${pid}`,
    );
    return rows.length > 0;
  }

  async close(): Promise<void> {
    await this.closeListener();
    await this.client.close(1);
  }

  private async closeListener(): Promise<void> {
    const { listener } = this;
    this.listener = null;
    this.listenerPid = null;
    await listener?.close(0);
  }

  private open(max: number): CuttableClient {
    const { url, prepare } = this.config.postgres;
    return openClient({ url, max, prepare, applicationName: 'triptych-outbox' });
  }
}
