import { CacheInterceptor, CacheModule } from '@nestjs/cache-manager';
import { Controller, Get, Logger, Module, NotFoundException, Param, UseInterceptors } from '@nestjs/common';
import { KeyvAdapter } from 'cache-manager';
import { redisStore } from 'cache-manager-redis-yet';
import { Keyv } from 'keyv';

import { keyPrefix, openRows, redisUrl } from './user-rows.js';

const TTL_MS = 300_000;
const logger = new Logger('Stock');
const rows = openRows();

/** As the manual of Nest has it: the stock interceptor in front of a read, and nothing else. */
@Controller('api/v1/users')
@UseInterceptors(CacheInterceptor)
class StockUsersController {
  @Get(':id')
  async get(@Param('id') id: string): Promise<object> {
    const user = await rows.user(id);
    if (!user) throw new NotFoundException();
    return user;
  }
}

async function redisCache() {
  const store = await redisStore({ url: redisUrl(), keyPrefix: `${keyPrefix()}:stock` });
  // Not in the manual. Without it the process ends when the connection to Redis is lost.
  store.client.on('error', (error: Error) => logger.warn(error.message));
  return { stores: [new Keyv({ store: new KeyvAdapter(store as never) })], ttl: TTL_MS };
}

/** The same application under Express and under Fastify. */
@Module({
  imports: [CacheModule.registerAsync({ useFactory: redisCache })],
  controllers: [StockUsersController],
  exports: [CacheModule],
})
export class StockModule {}
