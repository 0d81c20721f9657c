import { Injectable } from '@nestjs/common';

import { Mongo } from '../../stores/mongo/mongo.js';
import { violatedUniqueIndex } from '../../stores/mongo/mongo-errors.js';
import { EXECUTION_OUTPUTS_COLLECTION, type OutputChunk } from './execution.js';

/** The position in one stream from which reading continues. */
export interface StreamPosition {
  stream: string;
  seq: number;
}

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
  ofStream(
    orgId: string,
    executionId: string,
    { stream, seq }: StreamPosition,
    limit: number,
  ): Promise<OutputChunk[]> {
    return this.mongo.run('find', () =>
      this.chunks()
        .find({ organization_id: orgId, execution_id: executionId, stream, seq: { $gte: seq } })
        .sort({ seq: 1 })
        .limit(limit)
        .toArray(),
    );
  }

  private chunks() {
    return this.mongo.collection<OutputChunk>(EXECUTION_OUTPUTS_COLLECTION);
  }
}
