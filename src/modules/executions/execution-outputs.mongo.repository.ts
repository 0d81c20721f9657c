import { Injectable } from '@nestjs/common';

import { Mongo } from '../../stores/mongo/mongo.js';
import { violatedUniqueIndex } from '../../stores/mongo/mongo-errors.js';
import { EXECUTION_OUTPUTS_COLLECTION, type OutputChunk } from './execution.js';

/** The position in one stream from which reading continues. */
export interface StreamPosition {
  stream: string;
  seq: number;
}

/**
 * Seqs have few gaps. SecantusDB reads everything that a filter matches, so for it a page is read in windows of so many
 * times its limit, and the rest only if they hold too little.
 */
const WINDOWS = [1, 4];

/** Chunks of output. Every query begins with organisation and execution, like their index. */
@Injectable()
export class ExecutionOutputs {
  constructor(private readonly mongo: Mongo) {}

  find(orgId: string, executionId: string, stream: string, seq: number): Promise<OutputChunk | null> {
    return this.mongo.run('find', () =>
      this.chunks().findOne({ organization_id: orgId, execution_id: executionId, stream, seq }),
    );
  }

  /** False if the stream already has a chunk with this seq. */
  async insert(chunk: OutputChunk): Promise<boolean> {
    try {
      await this.mongo.run('insertOne', () => this.chunks().insertOne(chunk));
      return true;
    } catch (error) {
      if (violatedUniqueIndex(error) !== null) return false;
      throw error;
    }
  }

  /** Of one stream in the order of seqs, from `seq` on. */
  async ofStream(
    orgId: string,
    executionId: string,
    { stream, seq }: StreamPosition,
    limit: number,
  ): Promise<OutputChunk[]> {
    const chunks: OutputChunk[] = [];
    let from = seq;
    for (const width of this.mongo.stopsAtLimit ? [] : WINDOWS) {
      const to = from + width * limit;
      const missing = limit - chunks.length;
      chunks.push(...(await this.within(orgId, executionId, stream, { $gte: from, $lt: to }, missing)));
      if (chunks.length === limit) return chunks;
      from = to;
    }
    const rest = await this.within(orgId, executionId, stream, { $gte: from }, limit - chunks.length);
    return [...chunks, ...rest];
  }

  private within(
    orgId: string,
    executionId: string,
    stream: string,
    seq: { $gte: number; $lt?: number },
    limit: number,
  ): Promise<OutputChunk[]> {
    return this.mongo.run('find', () =>
      this.chunks()
        .find({ organization_id: orgId, execution_id: executionId, stream, seq })
        .sort({ seq: 1 })
        .limit(limit)
        .toArray(),
    );
  }

  private chunks() {
    return this.mongo.collection<OutputChunk>(EXECUTION_OUTPUTS_COLLECTION);
  }
}
