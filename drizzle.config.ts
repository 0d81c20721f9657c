import { defineConfig } from 'drizzle-kit';

/** `npm run db:generate` compares these tables with the last snapshot; the URL is filled in by src/cli. */
export default defineConfig({
  dialect: 'postgresql',
  schema: './src/**/*.table.ts',
  out: './drizzle',
  dbCredentials: { url: process.env['DATABASE_URL'] ?? '' },
});
