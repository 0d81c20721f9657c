/** An expected failure of the stores that we start: what failed, why, and what to do. Shown without a stack trace. */
export class EmbeddedStoreFailed extends Error {
  constructor(
    what: string,
    readonly why: string,
    readonly remedies: readonly string[] = [],
  ) {
    super(what);
    this.name = 'EmbeddedStoreFailed';
  }
}

/** Another living process has started stores on the same `DATA_DIR`. */
export class DataDirInUse extends EmbeddedStoreFailed {
  constructor(
    readonly dataDir: string,
    readonly ownerPid: number,
  ) {
    super('The stores of this data folder are running already.', `process ${ownerPid} owns ${dataDir}`, [
      `stop it: kill ${ownerPid}`,
      'or use another data folder: DATA_DIR=.data/second npm run …',
    ]);
    this.name = 'DataDirInUse';
  }
}
