// Started by cargo xtask e2e, which builds the server and says in the environment where it and the browser are.
import { defineConfig, devices } from '@playwright/test';
import { availableParallelism } from 'node:os';

export default defineConfig({
  testDir: './tests',
  outputDir: './test-results',
  // Every worker has a server and a database of its own; the files of tests share nothing.
  workers: Math.max(1, Math.min(4, availableParallelism())),
  fullyParallel: false,
  // A test that passes on a second try hides what went wrong on the first.
  retries: 0,
  forbidOnly: process.env.CI !== undefined,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  // Where the JSON goes is in PLAYWRIGHT_JSON_OUTPUT_FILE; cargo xtask counts by it.
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_FILE ? [['list'], ['json']] : [['list']],
  use: {
    ...devices['Desktop Chrome'],
    viewport: { width: 1280, height: 800 },
    locale: 'en-US',
    timezoneId: 'UTC',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.HANDOFF_CHROMIUM || undefined,
      args: [
        // In containers, and as root, Chromium cannot make its own sandbox.
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
