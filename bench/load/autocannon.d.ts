/** The part of autocannon 8 that `autocannon-process.ts` uses; the package has no types. */
declare module 'autocannon' {
  namespace autocannon {
    interface Request {
      method?: string;
      path?: string;
      headers?: Record<string, string>;
      body?: string;
      /** Called for each request; what it returns is sent. */
      setupRequest?: (request: Request) => Request;
    }

    interface Result {
      /** Seconds. */
      duration: number;
      requests: { total: number };
      throughput: { total: number };
      latency: { p50: number; p99: number };
      errors: number;
      non2xx: number;
      statusCodeStats: Record<string, { count: number }>;
    }

    interface Options {
      url: string;
      connections: number;
      duration: number;
      timeout: number;
      requests: Request[];
    }
  }

  function autocannon(options: autocannon.Options): Promise<autocannon.Result>;
  export = autocannon;
}
