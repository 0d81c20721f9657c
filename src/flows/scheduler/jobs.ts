import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';

import { type JobHandler, type KeyedJob, type PeriodicJob, ScheduledJob } from './scheduled-job.js';

/** The handlers of this version of the service, by name. */
@Injectable()
export class Jobs implements OnModuleInit {
  private readonly handlers = new Map<string, JobHandler>();

  constructor(private readonly discovery: DiscoveryService) {}

  /** Registers every provider that is marked with `@ScheduledJob()`. */
  onModuleInit(): void {
    for (const { instance } of this.discovery.getProviders({ metadataKey: ScheduledJob.KEY }))
      this.register(instance as JobHandler);
  }

  /** Throws if another handler has the same name. */
  register(handler: JobHandler): void {
    const known = this.handlers.get(handler.name);
    if (known && known !== handler) throw new Error(`Two handlers are named ${handler.name}`);
    this.handlers.set(handler.name, handler);
  }

  find(name: string): JobHandler | null {
    return this.handlers.get(name) ?? null;
  }

  /** The handler of a job that is due once. Throws if there is none. */
  keyed(name: string): KeyedJob {
    const handler = this.handlers.get(name);
    if (!handler || handler.kind === 'periodic')
      throw new Error(`No handler of a keyed job is named ${name}`);
    return handler;
  }

  get names(): readonly string[] {
    return [...this.handlers.keys()];
  }

  get periodic(): readonly PeriodicJob[] {
    return [...this.handlers.values()].filter((handler) => handler.kind === 'periodic');
  }
}
