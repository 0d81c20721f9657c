import { Controller, Get, Injectable, Module, Param, Req, Res, type StreamableFile } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { NoCache } from '../../../src/cache/cached.decorator.js';
import { NotFound } from '../../../src/common/errors/kinds.js';
import { EventStream } from '../../../src/common/http/sse.js';
import { EventStreams } from '../../../src/flows/live/event-streams.js';
import { LiveChannels } from '../../../src/flows/live/live-channels.js';
import { LiveModule } from '../../../src/flows/live/live.module.js';
import type { StreamEvent, StreamSource } from '../../../src/flows/live/stream-source.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';

interface Line {
  _id: string;
  log: string;
  text: string;
  isLast: boolean;
}

const COLLECTION = 'live_lines';
const idOf = (log: string, seq: number): string => `${log}-${String(seq).padStart(6, '0')}`;

/** A log in MongoDB, numbered from 0, that clients follow. */
@Injectable()
export class LiveLog {
  reads = 0;

  constructor(
    private readonly mongo: Mongo,
    private readonly live: LiveChannels,
  ) {}

  async append(log: string, seq: number, text = String(seq), isLast = false): Promise<void> {
    await this.mongo.run('insert', () =>
      this.mongo.collection<Line>(COLLECTION).insertOne({ _id: idOf(log, seq), log, text, isLast }),
    );
    this.live.announce(`log:${log}`);
  }

  sourceOf(log: string): StreamSource {
    return { channels: [`log:${log}`], read: (afterId, limit) => this.read(log, afterId, limit) };
  }

  private async read(log: string, afterId: string | null, limit: number): Promise<StreamEvent[]> {
    this.reads += 1;
    if (afterId !== null && !afterId.startsWith(`${log}-`))
      return [{ id: idOf(log, 0), event: 'reset', data: null }];
    const lines = await this.mongo.run('find', () =>
      this.mongo
        .collection<Line>(COLLECTION)
        .find({ log, _id: { $gt: afterId ?? '' } })
        .sort({ _id: 1 })
        .limit(limit)
        .toArray(),
    );
    return lines.map(({ _id, text, isLast }) => ({ id: _id, event: 'line', data: text, isLast }));
  }
}

@Controller('trial-logs')
export class LiveLogController {
  constructor(
    private readonly log: LiveLog,
    private readonly streams: EventStreams,
  ) {}

  @Get(':key/events')
  @NoCache('a stream of events')
  @EventStream({ description: 'The lines.', example: 'id: a-000001\nevent: line\ndata: "text"\n\n' })
  @ApiOperation({ summary: 'Follow a log' })
  follow(
    @Param('key') key: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    if (key === 'absent') throw new NotFound('There is no such log.');
    return this.streams.open(request, reply, this.log.sourceOf(key));
  }
}

@Module({ imports: [LiveModule], controllers: [LiveLogController], providers: [LiveLog] })
export class LiveLogModule {}
