import { ApiProcess, type ApiRequest, type TimedAnswer } from './api-process.js';
import { eventually } from './eventually.js';

/** Several processes of the service on the same stores. Some of them may be dead. */
export class ApiFleet {
  private readonly live: ApiProcess[] = [];
  private turn = 0;

  /** `logTo`: an open file for the output of all processes. */
  constructor(
    private readonly env: Record<string, string>,
    private readonly logTo: number | 'ignore' = 'ignore',
  ) {}

  get size(): number {
    return this.live.length;
  }

  get processes(): readonly ApiProcess[] {
    return this.live;
  }

  async grow(): Promise<void> {
    this.live.push(await ApiProcess.start(this.env, this.logTo));
  }

  /** Processes that ended without being asked to, for example because of an unhandled rejection. */
  get ended(): readonly ApiProcess[] {
    return this.live.filter((api) => api.hasEnded);
  }

  /** `kill -9` of one process, whatever it is doing. */
  async kill(at: number): Promise<void> {
    const [api] = this.live.splice(at, 1);
    await api?.stop('SIGKILL');
  }

  async killAll(): Promise<void> {
    await Promise.all(this.live.splice(0).map((api) => api.stop('SIGKILL')));
  }

  /**
   * Sends a request to the living processes in turn, and waits if there is none. Null: the process was killed before
   * it answered.
   */
  async request(method: string, route: string, request: ApiRequest): Promise<TimedAnswer | null> {
    await eventually(
      () => Promise.resolve(this.size),
      (size) => size > 0,
      60_000,
    );
    const api = this.live[this.turn++ % this.live.length];
    try {
      return (await api?.request(method, route, request)) ?? null;
    } catch (error) {
      // The error of fetch when the connection breaks.
      if (error instanceof Error && error.name === 'TypeError') return null;
      throw error;
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.live.splice(0).map((api) => api.stop()));
  }
}
