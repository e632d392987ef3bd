import { defineConfig } from '@playwright/test';
import { browserArguments, findBrowser } from './scripts/browser.mjs';

const executablePath = findBrowser();

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  globalSetup: './e2e/setup.ts',
  // One worker and no second try: two cores are shared with the server, and a test that fails now and then is wrong.
  workers: 1,
  retries: 0,
  maxFailures: 8, // a page that is broken altogether is told soon
  forbidOnly: process.env['CI'] !== undefined,
  reporter: [['list']],
  timeout: 60_000, // ms
  expect: { timeout: 15_000 },
  use: {
    baseURL: process.env['WEIR_E2E_DEMO'] ?? '', // setup.ts sets it, and workers read this file after that
    viewport: { width: 1280, height: 900 },
    colorScheme: 'light',
    locale: 'en-GB',
    timezoneId: 'America/Los_Angeles', // not the reporting zone: dates must not depend on where the browser is
    contextOptions: { reducedMotion: 'reduce' }, // nothing is looked at while it moves
    actionTimeout: 15_000,
    navigationTimeout: 15_000,
    screenshot: 'only-on-failure',
    launchOptions: {
      args: browserArguments,
      ...(executablePath !== undefined && { executablePath }),
    },
  },
});
