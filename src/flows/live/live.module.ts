import { Module } from '@nestjs/common';

import { EventStreams } from './event-streams.js';
import { LiveChannels } from './live-channels.js';
import { LiveTuning } from './live-tuning.js';

/** Streams of server-sent events, and the announcements that wake them on every instance. */
@Module({
  providers: [EventStreams, LiveChannels, LiveTuning],
  exports: [EventStreams, LiveChannels],
})
export class LiveModule {}
