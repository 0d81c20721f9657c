import { Module } from '@nestjs/common';

import { RequestLogBuffer } from './request-log-buffer.js';
import { RequestLogTuning } from './request-log-tuning.js';
import { RequestLogsController } from './request-logs.controller.js';
import { RequestLogsRepository } from './request-logs.mongo.repository.js';
import { RequestLogsService } from './request-logs.service.js';
import { RequestRecording } from './request-recording.js';

@Module({
  controllers: [RequestLogsController],
  providers: [
    RequestLogBuffer,
    RequestLogTuning,
    RequestLogsRepository,
    RequestLogsService,
    RequestRecording,
  ],
  exports: [RequestLogBuffer],
})
export class RequestLogsModule {}
