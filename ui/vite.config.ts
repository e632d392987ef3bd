import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [react()],
  build: {
    // The content security policy forbids inlined scripts and allows data: for images alone.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      input: { index: here('index.html'), api: here('api.html') },
    },
  },
  server: {
    host: '127.0.0.1',
    proxy: { '/api/v1': `http://127.0.0.1:${process.env.WEIR_PORT ?? '8080'}` },
  },
  test: { include: ['src/**/*.test.ts'] },
});
