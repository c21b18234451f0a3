// Started by cargo xtask e2e --browser. Playwright only runs the tour: the browser is driven by its own driver.
import { defineConfig } from '@playwright/test';
import { PATIENCE } from './browser.ts';
import shared from '../playwright.config.ts';

export default defineConfig({ ...shared, testDir: '.', outputDir: '../test-results', timeout: 4 * PATIENCE, expect: { timeout: PATIENCE }, use: {} });
