import { Readable } from 'node:stream';

import { Injectable, type OnModuleDestroy, StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { DomainError } from '../../common/errors/domain-error.js';
import { TooManyRequests, Unavailable } from '../../common/errors/kinds.js';
import { principalOf } from '../../common/http/current-principal.js';
import { type Principal, scopeOf } from '../../common/http/principal.js';
import { EVENT_STREAM, lastEventIdOf, STREAM_HEADERS } from '../../common/http/sse.js';
import { eventFrames } from './event-frames.js';
import { LiveChannels } from './live-channels.js';
import { LiveTuning } from './live-tuning.js';
import type { StreamSource } from './stream-source.js';
import { Wakeup } from './wakeup.js';

const RETRY_AFTER_SECONDS = 10;

/**
 * The principal of a stream. As a rule it is taken from the request; a route with its own kind of credential passes
 * it.
 */
export interface StreamOwner {
  principal: Principal;
  /** Checks the credential again. */
  authenticate: () => Promise<Principal>;
}

interface OpenStream {
  owner: string;
  end: () => void;
}

/** The streams of server-sent events that this instance has open. They end before the server stops. */
@Injectable()
export class EventStreams implements OnModuleDestroy {
  private readonly streams = new Set<OpenStream>();
  private isClosing = false;

  constructor(
    private readonly live: LiveChannels,
    private readonly tuning: LiveTuning,
  ) {}

  /**
   * Streams end here, at the beginning of the shutdown. Their clients reconnect to another instance and continue where
   * they were.
   */
  onModuleDestroy(): void {
    this.isClosing = true;
    for (const { end } of this.streams) end();
  }

  get size(): number {
    return this.streams.size;
  }

  /**
   * The return value of a handler with `@EventStream`: everything of `source` after the client's `Last-Event-ID`, then
   * new events. Throws `TooManyRequests` past the limits, `Unavailable` at shutdown, and whatever the first read
   * throws.
   */
  async open(
    request: FastifyRequest,
    reply: FastifyReply,
    source: StreamSource,
    owner: StreamOwner = ownerOf(request),
  ): Promise<StreamableFile> {
    const ending = new AbortController();
    const wakeup = new Wakeup();
    const end = (): void => {
      ending.abort();
      wakeup.wake();
    };
    const entry = this.admit(owner.principal, end);
    const unsubscribe = this.live.subscribe(source.channels, wakeup.wake);
    const release = (): void => {
      end();
      unsubscribe();
      this.streams.delete(entry);
    };
    try {
      const afterId = lastEventIdOf(request) ?? (await source.begin?.()) ?? null;
      const first = await source.read(afterId, this.tuning.batch);
      const frames = eventFrames(source, {
        afterId,
        first,
        wakeup,
        signal: ending.signal,
        pollMs: () => (this.live.isHearing ? this.tuning.pollMs : this.tuning.pollAloneMs),
        isAllowed: () => isStill(owner),
        tuning: this.tuning,
      });
      const cut = (): void => void reply.raw.destroy();
      const stream = Readable.from(taken(frames, this.tuning.slowMs, cut), { objectMode: false });
      stream.once('close', release);
      // First ends what the frames wait for, because destroying the stream waits for the frames.
      const left = (): void => {
        end();
        stream.destroy();
      };
      reply.raw.once('close', left);
      if (reply.raw.destroyed) left();
      void reply.headers(STREAM_HEADERS);
      return new StreamableFile(stream, { type: EVENT_STREAM });
    } catch (error) {
      release();
      throw error;
    }
  }

  private admit(principal: Principal, end: () => void): OpenStream {
    if (this.isClosing) throw new Unavailable('The service is stopping. Connect again.');
    const owner = principal.apiKeyId ?? principal.userId;
    const own = [...this.streams].filter((stream) => stream.owner === owner).length;
    if (own >= this.tuning.maxPerPrincipal)
      throw new TooManyRequests(RETRY_AFTER_SECONDS, 'You have too many streams open.');
    if (this.streams.size >= this.tuning.maxPerInstance)
      throw new Unavailable('There are too many streams open.');
    const entry = { owner, end };
    this.streams.add(entry);
    return entry;
  }
}

function ownerOf(request: FastifyRequest): StreamOwner {
  const principal = principalOf(request);
  return { principal, authenticate: request.authenticate ?? (() => Promise.resolve(principal)) };
}

/** False if the credential is refused, or now has other rights. A store that is away proves neither. */
async function isStill({ principal, authenticate }: StreamOwner): Promise<boolean> {
  try {
    const now = await authenticate();
    return now.orgId === principal.orgId && scopeOf(now) === scopeOf(principal);
  } catch (error) {
    if (error instanceof DomainError && error.status < 500) return false;
    if (error instanceof Unavailable) return true;
    throw error;
  }
}

/** Passes frames on. Calls `cut` if the client does not take a frame for `slowMs`; meanwhile nothing more is read. */
async function* taken(
  frames: AsyncGenerator<string, void>,
  slowMs: number,
  cut: () => void,
): AsyncGenerator<string, void> {
  for await (const frame of frames) {
    const timer = setTimeout(cut, slowMs);
    try {
      yield frame;
    } finally {
      clearTimeout(timer);
    }
  }
}
