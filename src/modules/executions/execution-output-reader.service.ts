import { Injectable } from '@nestjs/common';

import type { Principal } from '../../common/http/principal.js';
import type { StreamEvent, StreamSource } from '../../flows/live/stream-source.js';
import type { Execution, MissingRange, OutputChunk } from './execution.js';
import { outputChannel } from './execution-output.service.js';
import { ExecutionOutputs } from './execution-outputs.mongo.repository.js';
import { hasEnded } from './execution-state.js';
import { ExecutionsService } from './executions.service.js';
import {
  decodePositions,
  encodePositions,
  interleaved,
  missingIn,
  type Positions,
  withoutGap,
} from './output-order.js';

const TEXT_BATCH = 100;

/** The requested part of an output. */
export interface OutputQuery {
  /** If omitted: all streams, one after the other by name. */
  stream: string | undefined;
  fromSeq: number;
  limit: number;
}

export interface OutputPage {
  chunks: OutputChunk[];
  missing: MissingRange[];
}

/** Reads the output of executions: as pages, as text, and as a stream of events. */
@Injectable()
export class ExecutionOutputReader {
  constructor(
    private readonly executions: ExecutionsService,
    private readonly outputs: ExecutionOutputs,
  ) {}

  /** By stream and seq, and one more than `limit` if it exists. `after`: the last chunk of the previous page. */
  async page(
    actor: Principal,
    id: string,
    { stream, fromSeq, limit }: OutputQuery,
    after: { stream: string; seq: number } | null,
  ): Promise<OutputPage> {
    const execution = await this.executions.get(actor, id);
    const page: OutputPage = { chunks: [], missing: [] };
    for (const name of streamsOf(execution, stream)) {
      if (after && name < after.stream) continue;
      const from = after?.stream === name ? after.seq + 1 : fromSeq;
      const left = limit + 1 - page.chunks.length;
      if (left <= 0) break;
      const chunks = await this.outputs.ofStream(actor.orgId, id, { stream: name, seq: from }, left);
      page.missing.push(
        ...missingIn(
          name,
          from,
          chunks.map(({ seq }) => seq),
        ),
      );
      page.chunks.push(...chunks);
    }
    return page;
  }

  /** The output as a terminal would show it, piece by piece. */
  async *text(
    actor: Principal,
    id: string,
    stream: string | undefined,
    fromSeq: number,
  ): AsyncGenerator<string> {
    const execution = await this.executions.get(actor, id);
    let positions = streamsOf(execution, stream).map((name) => ({ stream: name, seq: fromSeq }));
    while (positions.length > 0) {
      const batches = await Promise.all(
        positions.map((position) => this.outputs.ofStream(actor.orgId, id, position, TEXT_BATCH)),
      );
      // Of a stream with more chunks, shows only those up to the time at which its batch ends, so that later chunks of
      // other streams wait for it.
      const ends = batches.filter((batch) => batch.length === TEXT_BATCH).map(latest);
      const until = ends.length === 0 ? Infinity : Math.min(...ends);
      const shown = batches.map((batch) => upTo(batch, until));
      yield interleaved(shown)
        .map(({ data }) => data)
        .join('');
      positions = positions.flatMap((position, index) => {
        const last = shown[index]?.at(-1);
        const isOver =
          (batches[index]?.length ?? 0) < TEXT_BATCH && shown[index]?.length === batches[index]?.length;
        return isOver ? [] : [{ stream: position.stream, seq: last ? last.seq + 1 : position.seq }];
      });
    }
  }

  /**
   * Follows the output to its end: the chunks of each stream in the order of their seqs, and then `end` with the
   * state.
   */
  async source(actor: Principal, id: string, stream: string | undefined): Promise<StreamSource> {
    await this.executions.get(actor, id);
    return {
      channels: [outputChannel(id)],
      read: (afterId, limit) => this.events(actor, id, stream, afterId, limit),
    };
  }

  private async events(
    actor: Principal,
    id: string,
    stream: string | undefined,
    afterId: string | null,
    limit: number,
  ): Promise<StreamEvent[]> {
    const execution = await this.executions.get(actor, id);
    const known = afterId === null ? {} : decodePositions(afterId);
    if (known === null) return [{ id: encodePositions({}), event: 'reset', data: {} }];
    const isOver = hasEnded(execution.state);
    const batches = await Promise.all(
      streamsOf(execution, stream).map(async (name) => {
        const seq = known[name] ?? 0;
        const chunks = await this.outputs.ofStream(actor.orgId, id, { stream: name, seq }, limit);
        // After the end no chunk can fill a gap any more.
        return isOver ? chunks : withoutGap(seq, chunks);
      }),
    );
    const events = chunkEvents(interleaved(batches).slice(0, limit), known);
    if (events.length > 0 || !isOver) return events;
    return [{ id: encodePositions(known), event: 'end', data: { state: execution.state }, isLast: true }];
  }
}

const streamsOf = ({ streams }: Execution, only: string | undefined): string[] =>
  only === undefined ? [...streams].toSorted() : streams.includes(only) ? [only] : [];

const latest = (chunks: readonly OutputChunk[]): number =>
  Math.max(...chunks.map(({ created_at }) => created_at.getTime()));

/** `until`: ms since 1970. The chunks before the first later one, so that the order of seqs is kept. */
const upTo = (chunks: readonly OutputChunk[], until: number): OutputChunk[] => {
  const end = chunks.findIndex(({ created_at }) => created_at.getTime() > until);
  return end === -1 ? [...chunks] : chunks.slice(0, end);
};

/** Each event's id contains the position of every stream after it. */
function chunkEvents(chunks: readonly OutputChunk[], from: Positions): StreamEvent[] {
  let positions = from;
  return chunks.map(({ stream, seq, data }) => {
    positions = { ...positions, [stream]: seq + 1 };
    return { id: encodePositions(positions), event: 'chunk', data: { stream, seq, data } };
  });
}
