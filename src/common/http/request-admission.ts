import type { FastifyInstance, FastifyRequest } from 'fastify';

import { Unavailable } from '../errors/kinds.js';
import { CallersInTurn } from '../callers-in-turn.js';
import { PROBES } from './probes.js';

/** More requests arrive than this process can answer. */
export class Overloaded extends Unavailable {
  override code = 'service.overloaded';

  constructor() {
    super('The service has more requests than it can answer. Try again shortly.');
  }
}

interface Waiting {
  caller: string;
  since: number;
  isOver: boolean;
  begin: (error?: Error) => void;
}

/** Refusals in one turn of the event loop, so that they do not delay it either. */
const REFUSED_AT_ONCE = 20;

/**
 * Keeps the event loop free for probes and for the answers of stores. Requests begin at once while the loop is fast.
 * When one turn of the loop has already begun requests for `sliceMs`, the others wait, one begins in each further
 * turn, and callers take turns. While more than `tolerated` wait, a request that has waited for `waitMs` is refused.
 * Fewer get their turn soon, and on a slow machine the time may have passed without any request.
 */
export class RequestAdmission {
  sliceMs = 25;
  waitMs = 300;
  tolerated = 100;
  /** A client may send many requests on one connection without waiting for answers. */
  most = 5_000;
  private readonly queue = new CallersInTurn<Waiting>();
  /** All that wait, and some that have begun, in the order of their arrival. */
  private arrived: Waiting[] = [];
  private oldest = 0;
  private sliceEndsAt = Infinity;

  get waiting(): number {
    return this.queue.size;
  }

  /** Calls `begin` now or later: with an error if the request is refused. */
  enter(caller: string, begin: (error?: Error) => void): void {
    if (this.queue.size === 0 && this.isWithinSlice()) return begin();
    if (this.queue.size >= this.most) return begin(new Overloaded());
    const waiting = { caller, since: performance.now(), isOver: false, begin };
    if (this.queue.size === 0) setImmediate(() => this.continue());
    this.queue.add(caller, waiting);
    this.arrived.push(waiting);
  }

  private isWithinSlice(): boolean {
    const now = performance.now();
    if (this.sliceEndsAt !== Infinity) return now < this.sliceEndsAt;
    this.sliceEndsAt = now + this.sliceMs;
    setImmediate(() => {
      this.sliceEndsAt = Infinity;
    });
    return true;
  }

  /** One request only: its first steps run after this function, and the next turn of the loop reads the sockets. */
  private continue(): void {
    this.refuseLate();
    const next = this.queue.take();
    if (this.queue.size > 0) setImmediate(() => this.continue());
    else this.forget();
    if (!next) return;
    next.isOver = true;
    next.begin();
  }

  private refuseLate(): void {
    const since = performance.now() - this.waitMs;
    for (let refused = 0; refused < REFUSED_AT_ONCE; this.oldest += 1) {
      const first = this.arrived[this.oldest];
      if (!first) break;
      if (first.isOver) continue;
      if (first.since > since || this.queue.size <= this.tolerated) break;
      refused += 1;
      first.isOver = true;
      this.queue.remove(first.caller, first);
      first.begin(new Overloaded());
    }
    if (this.oldest < 1_000) return;
    this.arrived = this.arrived.slice(this.oldest);
    this.oldest = 0;
  }

  private forget(): void {
    this.arrived = [];
    this.oldest = 0;
  }
}

declare module 'fastify' {
  interface FastifyInstance {
    admission: RequestAdmission;
  }
}

/** Lets requests other than probes take turns before anything else is done for them. */
export function admitRequests(fastify: FastifyInstance): void {
  const admission = new RequestAdmission();
  fastify.decorate('admission', admission);
  fastify.addHook('onRequest', (request, reply, done) => {
    if (PROBES.has(request.routeOptions.url ?? '')) return done();
    admission.enter(callerOf(request), (error) => {
      // Nothing is begun for a client that has left meanwhile.
      if (!reply.raw.destroyed) done(error);
    });
  });
}

/** Not authenticated yet, so this only separates clients that do not pretend to be many. */
const callerOf = ({ headers, ip }: FastifyRequest): string =>
  headers.authorization ?? headers['x-api-key']?.toString() ?? ip;
