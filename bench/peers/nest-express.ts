// Nest's default platform with the stock cache.
import 'reflect-metadata';

import { NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';

import { StockModule } from './stock-app.js';
import { HOST, port } from './user-rows.js';

const app = await NestFactory.create<NestExpressApplication>(StockModule, new ExpressAdapter(), {
  logger: ['error', 'warn'],
});
await app.listen(port(), HOST);
