import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';

import { AppModule } from './app.module.js';
import { answerClientError } from './common/errors/client-error.js';
import { answerFrameworkError } from './common/errors/framework-error.js';
import { locateUnderBasePath, withoutBasePath } from './common/http/base-path.js';
import { DEFAULT_BODY_BOUNDS } from './common/http/body/body-bounds.decorator.js';
import { limitArrival } from './common/http/body/arrival-limits.js';
import { readJsonBodies } from './common/http/body/json-bodies.js';
import { drainOnClose } from './common/http/draining.js';
import { ForeignPaths } from './common/http/foreign/foreign-paths.js';
import { serveForeignContracts } from './common/http/foreign/foreign-routes.js';
import { collectMethods } from './common/http/known-methods.js';
import { refuseUnknownRoutes } from './common/http/unknown-routes.js';
import { lowerCasePathIds } from './common/http/path-ids.js';
import { checkRequestHead } from './common/http/request-head.js';
import { requestId } from './common/http/request-id.js';
import { admitRequests } from './common/http/request-admission.js';
import { sendSafeHeaders } from './common/http/safe-headers.js';
import { prefixRoutes } from './common/http/route-prefix.js';
import type { Config } from './config/config.js';
import { trustFunction } from './config/trust-proxy.js';
import { createLogger } from './ops/logging/create-logger.js';
import { PinoLogger } from './ops/logging/pino-logger.js';
import { registerRequestLogging } from './ops/logging/request-logging.js';
import { setupOpenApi } from './ops/openapi/openapi.js';
import { protectPages } from './ops/openapi/page-headers.js';

function createAdapter({ http }: Config, logger: Logger, contracts: ForeignPaths) {
  const adapter = new FastifyAdapter({
    logger: false,
    genReqId: requestId,
    bodyLimit: DEFAULT_BODY_BOUNDS.bytes,
    // `limitArrival` limits the time of bodies.
    http: { headersTimeout: 10_000, requestTimeout: 0, requireHostHeader: false },
    trustProxy: trustFunction(http.trustProxy),
    rewriteUrl: withoutBasePath(http.basePath),
    // During the shutdown, requests on an open connection are still answered.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 512 },
    frameworkErrors: answerFrameworkError(contracts),
    clientErrorHandler: answerClientError,
  });
  const fastify = adapter.getInstance();
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    done();
  });
  limitArrival(fastify);
  sendSafeHeaders(fastify);
  // Before requests are refused, so that pages of other origins can read the refusal.
  const foreign = serveForeignContracts(fastify, contracts);
  admitRequests(fastify);
  registerRequestLogging(fastify, logger);
  checkRequestHead(fastify);
  locateUnderBasePath(fastify, http.basePath);
  protectPages(fastify);
  lowerCasePathIds(fastify);
  readJsonBodies(fastify);
  drainOnClose(fastify);
  return { adapter, foreign };
}

/**
 * The whole application, initialised but not listening. `main.ts`, the tests and the CLI all start here. A test may
 * add modules to the root.
 */
export async function createApp(
  config: Config,
  root: DynamicModule = AppModule.forRoot(config),
): Promise<NestFastifyApplication> {
  const logger = createLogger(config.logLevel);
  const contracts = new ForeignPaths();
  const { adapter, foreign } = createAdapter(config, logger, contracts);
  const methods = collectMethods(adapter.getInstance());
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    logger: new PinoLogger(logger),
    abortOnError: false,
    // `readJsonBodies` does.
    bodyParser: false,
  });
  prefixRoutes(app, 'api/v1');
  setupOpenApi(app, config.http.basePath);
  await app.init();
  foreign.answerPreflights();
  methods.refuseOthers();
  // Last, so that the metrics and the record of methods are installed before it.
  refuseUnknownRoutes(adapter.getInstance());
  await app.getHttpAdapter().getInstance().ready();
  return app;
}
