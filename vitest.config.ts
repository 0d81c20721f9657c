import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Nest reads the types of constructor parameters from the metadata of legacy decorators.
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  test: {
    include: ['test/**/*-spec.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // The files of a worker share its modules: loading the whole service anew would cost most files more than their tests.
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
