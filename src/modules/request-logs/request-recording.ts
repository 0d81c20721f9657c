import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { fastifyOf } from '../../common/http/fastify-of.js';
import { endpointOf, levelOf, type RequestLog } from './request-log.js';
import { RequestLogBuffer } from './request-log-buffer.js';

const UNMATCHED = 'unmatched';

/** Hooks the request logs into the server before its routes are registered: one entry for each answer. */
@Injectable()
export class RequestRecording implements OnModuleInit {
  private readonly endpoints = new Map<string, string>();

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly buffer: RequestLogBuffer,
  ) {}

  onModuleInit(): void {
    fastifyOf(this.host)?.addHook('onResponse', (request, reply, done) => {
      this.buffer.add(this.entryOf(request, reply));
      done();
    });
  }

  private entryOf(request: FastifyRequest, reply: FastifyReply): Omit<RequestLog, '_id'> {
    const { principal } = request;
    return {
      timestamp: new Date(),
      level: levelOf(reply.statusCode),
      organization_id: principal?.orgId ?? null,
      user_id: principal?.userId ?? null,
      api_key_id: principal?.apiKeyId ?? null,
      endpoint: this.endpoint(request.routeOptions.url ?? UNMATCHED),
      method: request.method,
      status: reply.statusCode,
      duration_ms: Math.round(reply.elapsedTime * 100) / 100,
      request_id: request.id,
    };
  }

  /** Cached; there are as many as routes. */
  private endpoint(pattern: string): string {
    let endpoint = this.endpoints.get(pattern);
    if (endpoint === undefined) this.endpoints.set(pattern, (endpoint = endpointOf(pattern)));
    return endpoint;
  }
}
