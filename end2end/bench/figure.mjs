// Opens the page in a folder, waits for the figure that it leaves on its body, and prints that.
// Usage: node figure.mjs FOLDER. There is no server: the browser is handed the files straight from the folder.
import { chromium } from '@playwright/test';
import { join } from 'node:path';

const folder = process.argv[2];
if (folder === undefined) throw new Error('usage: node figure.mjs FOLDER');

const browser = await chromium.launch({
  executablePath: process.env.HANDOFF_CHROMIUM || undefined,
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
});
try {
  const page = await browser.newPage();
  const failed = new Promise((_, reject) => page.on('pageerror', reject));
  await page.route('**/*', (route) => {
    const name = new URL(route.request().url()).pathname.slice(1) || 'index.html';
    return name === 'favicon.ico' ? route.abort() : route.fulfill({ path: join(folder, name) });
  });
  await page.goto('http://figure.localhost/');
  const body = page.locator('body[data-figure]');
  await Promise.race([body.waitFor({ state: 'attached', timeout: 120_000 }), failed]);
  console.log(await body.getAttribute('data-figure'));
} finally {
  await browser.close();
}
