import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Nest reads the types of constructor parameters from the metadata of legacy decorators.
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  test: {
    // A pattern is relative to `dir`, and `run-tests` gives a narrower one for --unit and --faults.
    dir: 'test',
    include: ['**/*-spec.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // The files of a worker share its modules: loading the whole service anew would cost most files more than their tests.
    isolate: false,
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
});
