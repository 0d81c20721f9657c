/** Hides the settings of .env and of the test run, for tests that start stores of their own. */
export const NO_STORE_URLS: Readonly<Record<string, string>> = Object.fromEntries(
  ['DATABASE_URL', 'POSTGRES_URL', 'POSTGRES_HOST', 'CODEAI_DB_HOST']
    .concat(['MONGODB_URI', 'MONGODB_URL', 'MONGO_URL', 'CODEAI_MONGODB_URI', 'MONGODB_HOST'])
    .concat(['REDIS_URL', 'REDIS_HOST'])
    .map((name) => [name, '']),
);
