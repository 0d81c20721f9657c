import type { PrivateStores } from './private-stores.js';
import { TcpProxy } from './tcp-proxy.js';

/** A disturbance of one store, and its end. */
export interface StoreFault {
  what: string;
  strike: () => Promise<void>;
  heal: () => Promise<void>;
}

const NAMES = ['postgres', 'mongodb', 'redis'] as const;
const SLOW_MS = 30;

/** Every store behind a connection that can be disturbed, and every fault that each of them can have. */
export class StoreFaults {
  private constructor(
    private readonly stores: PrivateStores,
    private readonly ways: Readonly<Record<(typeof NAMES)[number], TcpProxy>>,
  ) {}

  static async start(stores: PrivateStores): Promise<StoreFaults> {
    const { DATABASE_URL, MONGODB_URI, REDIS_URL } = stores.env;
    const [postgres, mongodb, redis] = await Promise.all(
      [DATABASE_URL, MONGODB_URI, REDIS_URL].map((url) => TcpProxy.start(url)),
    );
    if (!postgres || !mongodb || !redis) throw new Error('There is no proxy for one of the stores');
    return new StoreFaults(stores, { postgres, mongodb, redis });
  }

  /** The variables with the URLs of the disturbed connections. */
  get env(): PrivateStores['env'] {
    const { postgres, mongodb, redis } = this.ways;
    return { DATABASE_URL: postgres.url, MONGODB_URI: mongodb.url, REDIS_URL: redis.url };
  }

  get all(): StoreFault[] {
    return NAMES.flatMap((name) => {
      const [store, way] = [this.stores[name], this.ways[name]];
      const heal = async () => way.heal();
      return [
        { what: `${name} killed`, strike: () => store.kill(), heal: () => store.restart() },
        { what: `${name} frozen`, strike: () => store.freeze(), heal: async () => store.thaw() },
        { what: `${name} slow`, strike: async () => way.delayBy(SLOW_MS), heal },
        { what: `${name} cut off`, strike: async () => way.cut(), heal },
      ];
    });
  }

  async close(): Promise<void> {
    await Promise.all(NAMES.map((name) => this.ways[name].close()));
  }
}
