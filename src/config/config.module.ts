import { type DynamicModule, Module } from '@nestjs/common';

import { Config } from './config.js';
import { ServerKeys } from './server-keys.js';

@Module({})
export class ConfigModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: [{ provide: Config, useValue: config }, ServerKeys],
      exports: [Config, ServerKeys],
    };
  }
}
