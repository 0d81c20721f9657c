import preact from '@preact/preset-vite';
import { defineConfig } from 'vite';

/** The page is served at `/admin`, under any base path: what it names is relative to it. */
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [preact({ prefreshEnabled: false, devToolsEnabled: false })],
  build: {
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: false,
    assetsInlineLimit: 0,
    rollupOptions: {
      output: { entryFileNames: 'assets/[hash].js', assetFileNames: 'assets/[hash][extname]' },
    },
  },
  experimental: {
    renderBuiltUrl: (file, { hostType }) => (hostType === 'html' ? `admin/${file}` : { relative: true }),
  },
  logLevel: 'warn',
});
