import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiOperation,
  ApiProduces,
  ApiResponse,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ZodResponse } from 'nestjs-zod';

import { NoCache } from '../../cache/cached.decorator.js';
import { accepted } from '../../common/http/accept.js';
import { CurrentPrincipal } from '../../common/http/current-principal.js';
import { decodeCursor, toPage } from '../../common/http/page.js';
import type { Principal } from '../../common/http/principal.js';
import { EVENT_STREAM_SCHEMA, EventStream } from '../../common/http/sse.js';
import { streamed } from '../../common/http/streamed.js';
import { EventStreams } from '../../flows/live/event-streams.js';
import { toChunkResponse } from './execution.response.js';
import { ExecutionOutput } from './execution-output.service.js';
import { ExecutionOutputReader } from './execution-output-reader.service.js';
import { AddChunkDto, ChunkResponse, OutputPageResponse, OutputQueryDto } from './executions.dto.js';

const TEXT = 'text/plain; charset=utf-8';
const OUTPUT_CONTENT = {
  'application/json': { schema: { $ref: getSchemaPath(OutputPageResponse.Output) } },
  'text/plain': { schema: { type: 'string' } },
  'text/event-stream': { schema: EVENT_STREAM_SCHEMA },
};
const STATUS = { stored: 201, known: 200, spooled: 202 } as const;

@ApiTags('executions')
@Controller('executions/:id/output')
export class ExecutionOutputController {
  constructor(
    private readonly output: ExecutionOutput,
    private readonly reader: ExecutionOutputReader,
    private readonly streams: EventStreams,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Add a chunk of output; a repeat is 200, other data under the same seq 409' })
  @ZodResponse({ status: 201, type: ChunkResponse })
  @ApiResponse({ status: 200, type: ChunkResponse.Output, description: 'It was there already.' })
  @ApiResponse({
    status: 202,
    type: ChunkResponse.Output,
    description: 'Durable, and in the output once MongoDB is back.',
  })
  async add(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Body() body: AddChunkDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ChunkResponse> {
    const outcome = await this.output.add(actor, id, body);
    void reply.status(STATUS[outcome]);
    if (outcome === 'spooled') void reply.header('x-data-source', 'postgres-spool');
    return { stream: body.stream, seq: body.seq };
  }

  @Get()
  @NoCache({ because: 'grows with every chunk', source: 'mongodb' })
  @ApiOperation({
    summary:
      'The output by `Accept`: pages by stream and seq, the text that a terminal would show, or a stream to follow',
  })
  @ApiProduces('application/json', 'text/plain', 'text/event-stream')
  // Above the stream's own decorator, so that this one takes precedence.
  @ApiResponse({ status: 200, description: 'By `Accept`.', content: OUTPUT_CONTENT })
  @EventStream({
    description: 'Every chunk, each stream in the order of its seqs, and at the end `end` with the state.',
    example: 'id: WzBd\nevent: chunk\ndata: {"stream":"stdout","seq":0,"data":"…"}\n\n',
  })
  @ApiExtraModels(OutputPageResponse.Output)
  async read(
    @CurrentPrincipal() actor: Principal,
    @Param('id') id: string,
    @Query() query: OutputQueryDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    const { stream, from_seq: fromSeq } = query;
    switch (accepted(request.headers.accept, ['application/json', 'text/plain', 'text/event-stream'])) {
      case 'text/event-stream':
        return this.streams.open(request, reply, await this.reader.source(actor, id, stream));
      case 'text/plain':
        return streamed(reply, { type: TEXT }, () => this.reader.text(actor, id, stream, fromSeq));
      default:
        return this.page(actor, id, query);
    }
  }

  private async page(
    actor: Principal,
    id: string,
    { stream, from_seq: fromSeq, limit, cursor }: OutputQueryDto,
  ): Promise<OutputPageResponse> {
    const after = cursor === undefined ? null : positionOf(cursor);
    const { chunks, missing } = await this.reader.page(actor, id, { stream, fromSeq, limit }, after);
    const page = toPage(chunks, limit, toChunkResponse, (chunk) => [chunk.stream, String(chunk.seq)]);
    return { ...page, missing };
  }
}

function positionOf(cursor: string): { stream: string; seq: number } {
  const [stream, seq] = decodeCursor(cursor, ['text', 'integer']);
  return { stream, seq: Number(seq) };
}
