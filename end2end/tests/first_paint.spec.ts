// What a person sees before the app has arrived, and what the policy lets run.
import { expect, test } from '../fixtures/index.ts';

/** Asking as a browser does when a person opens an address. */
const AS_A_PAGE = { headers: { accept: 'text/html' } };

test('the skeleton is painted before the app arrives and leaves when it has', async ({ page }) => {
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/*.wasm', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto('/', { waitUntil: 'commit' });
  const skeleton = page.locator('#skeleton');
  await expect(skeleton).toBeVisible();
  await expect(skeleton).toHaveAttribute('aria-hidden', 'true');
  const height = await skeleton.locator('.skeleton-row').first().evaluate((row) => row.getBoundingClientRect().height);
  expect(height, 'the style sheet has painted it').toBeGreaterThan(8);
  release();
  await expect(skeleton).toHaveCount(0);
});

test('the page holds no inline script and the policy allows none', async ({ page, request }) => {
  const answer = await request.get('/', AS_A_PAGE);
  const policy = answer.headers()['content-security-policy'] ?? '';
  const scripts = policy.split(';').map((part) => part.trim()).find((part) => part.startsWith('script-src'));
  expect(scripts).toBeDefined();
  expect(scripts).not.toContain('unsafe-inline');
  expect(scripts).not.toContain("'unsafe-eval'");
  for (const [, attributes, body] of (await answer.text()).matchAll(/<script([^>]*)>([^]*?)<\/script>/g)) {
    expect(attributes).toContain('src=');
    expect(body).toBe('');
  }
  await page.goto('/');
  await expect(page.locator('#skeleton')).toHaveCount(0);
});

test('the app, its styles and scripts are kept for ever, and the page never', async ({ request }) => {
  const answer = await request.get('/', AS_A_PAGE);
  expect(answer.headers()['cache-control']).toMatch(/no-cache|no-store/);
  const hashed = /"(\/handoff-app-[^"]+\.wasm)"/.exec(await answer.text())?.[1];
  expect(hashed).toBeDefined();
  const app = await request.get(hashed!, { headers: { 'accept-encoding': 'br' } });
  expect(app.headers()['cache-control']).toContain('immutable');
  expect(app.headers()['content-encoding']).toBe('br');
  expect(app.headers()['content-type']).toBe('application/wasm');
});

test('the version that is served is the version of the page', async ({ request }) => {
  const marked = /<meta name="handoff-version" content="([0-9a-f]+)">/.exec(await (await request.get('/', AS_A_PAGE)).text())?.[1];
  const served = (await (await request.get('/version.json')).json()) as { version: string };
  expect(marked).toBeDefined();
  expect(served.version).toBe(marked);
});
