import mongoose from 'mongoose';

/** MongoDB refuses the credentials or the operation, or the driver does not understand the URI. */
export class MongoNotUsable extends Error {
  constructor(
    what: string,
    readonly why: string,
    readonly remedies: readonly string[],
    options: { cause?: unknown } = {},
  ) {
    super(what, options);
    this.name = 'MongoNotUsable';
  }
}

/** The driver's message names options, but may quote the whole URI. */
export function notUnderstood({ message }: Error, variable: string): MongoNotUsable {
  const why = /:\/\/|@/.test(message) ? '' : message;
  return new MongoNotUsable(`${variable} cannot be understood.`, why, [`correct ${variable}`]);
}

/** Connects to nothing. Throws `MongoNotUsable` for options that the driver does not know, or that contradict each other. */
export function assertUsableUri({ uri, variable }: { uri: string; variable: string }): void {
  try {
    new mongoose.mongo.MongoClient(uri);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw notUnderstood(error, variable);
  }
}
