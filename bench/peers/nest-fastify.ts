// The platform that we use, with the stock cache.
import 'reflect-metadata';

import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';

import { StockModule } from './stock-app.js';
import { HOST, port } from './user-rows.js';

const app = await NestFactory.create<NestFastifyApplication>(StockModule, new FastifyAdapter(), {
  logger: ['error', 'warn'],
});
await app.listen(port(), HOST);
