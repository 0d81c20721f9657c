import { Injectable } from '@nestjs/common';

import { TaggedCache } from '../../cache/tagged-cache.js';
import { tags } from '../../cache/tags.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { isId, newId } from '../../common/ids/ids.js';
import { Clock } from '../../common/time/clock.js';
import { Ingest } from '../../flows/ingest/ingest.js';
import { LiveChannels } from '../../flows/live/live-channels.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { EXECUTION_OUTPUTS_COLLECTION, type OutputChunk } from './execution.js';
import { executionTags } from './execution.effects.js';
import { ExecutionOutputs } from './execution-outputs.mongo.repository.js';
import { type ExecutionState, hasEnded } from './execution-state.js';
import type { AddChunkDto } from './executions.dto.js';
import { ChunkDiffers, ExecutionEnded, OutputFull } from './executions.errors.js';
import { ExecutionsRepository } from './executions.mongo.repository.js';
import { canRunExecutions } from './executions.policy.js';
import { executionNotFound } from './executions.service.js';

export const MAX_OUTPUT_BYTES = 64 * 1_048_576;
const KNOWN_MS = 300_000;

/** The outcome of a chunk. `spooled`: MongoDB is away; the chunk is durable and will reach the output. */
export type ChunkOutcome = 'stored' | 'known' | 'spooled';

export const outputChannel = (executionId: string): string => `execution:${executionId}`;

/** Accepts the output of executions. */
@Injectable()
export class ExecutionOutput {
  constructor(
    private readonly executions: ExecutionsRepository,
    private readonly outputs: ExecutionOutputs,
    private readonly ingest: Ingest,
    private readonly cache: TaggedCache,
    private readonly live: LiveChannels,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws `NotFound`, `ExecutionEnded`, `ChunkDiffers`, `OutputFull`, and `StoreUnavailable` if neither store takes
   * it.
   */
  async add(actor: Principal, id: string, { stream, seq, data }: AddChunkDto): Promise<ChunkOutcome> {
    assertCan(canRunExecutions(actor));
    const state = await this.stateOf(actor.orgId, id);
    const chunk: OutputChunk = {
      _id: newId(),
      organization_id: actor.orgId,
      execution_id: id,
      stream,
      seq,
      data,
      created_at: this.clock.now(),
    };
    try {
      return await this.store(chunk, state);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      if (hasEnded(state)) throw new ExecutionEnded(state);
      return this.spool(chunk);
    }
  }

  private async store(chunk: OutputChunk, state: ExecutionState): Promise<ChunkOutcome> {
    const { organization_id: orgId, execution_id: id, stream, seq, data } = chunk;
    const known = await this.outputs.find(orgId, id, stream, seq);
    if (known) return same(known, data);
    if (hasEnded(state)) throw new ExecutionEnded(state);
    const bytes = Buffer.byteLength(data);
    if (!(await this.executions.reserve(orgId, id, stream, bytes, MAX_OUTPUT_BYTES)))
      throw new OutputFull(MAX_OUTPUT_BYTES);
    if (await this.outputs.insert(chunk)) {
      this.live.announce(outputChannel(id));
      return 'stored';
    }
    await this.executions.release(orgId, id, bytes);
    const first = await this.outputs.find(orgId, id, stream, seq);
    return first ? same(first, data) : 'stored';
  }

  private async spool(chunk: OutputChunk): Promise<ChunkOutcome> {
    const { organization_id: orgId, execution_id: id, stream } = chunk;
    const [outcome] = await this.ingest.accept([
      {
        orgId,
        collection: EXECUTION_OUTPUTS_COLLECTION,
        aggregate: JSON.stringify([EXECUTION_OUTPUTS_COLLECTION, id, stream]),
        document: chunk,
        subjectUserId: null,
        tags: executionTags(orgId, id),
      },
    ]);
    if (outcome?.kind === 'refused') throw outcome.error;
    return outcome?.kind === 'spooled' ? 'spooled' : 'stored';
  }

  /**
   * Cached, so that output is accepted while MongoDB is away. The entry is replaced with every change of the
   * execution. Throws `NotFound`.
   */
  private async stateOf(orgId: string, id: string): Promise<ExecutionState> {
    if (!isId(id)) throw executionNotFound();
    const request = {
      orgId,
      key: `executions:state:${id}`,
      tags: [tags.entity(orgId, 'executions', id)],
      ttlMs: KNOWN_MS,
      route: 'executions.state',
    };
    const state = await this.cache.readJson(
      request,
      async () => (await this.executions.find(orgId, id))?.state ?? null,
    );
    if (state === null) throw executionNotFound();
    return state;
  }
}

function same({ data: known }: OutputChunk, data: string): 'known' {
  if (known !== data) throw new ChunkDiffers();
  return 'known';
}
