// The program comes in pieces: what is fetched at first, and what happens when a piece does not come.
import type { Page } from '@playwright/test';
import { enter, enterCampaign, expect, MoveDialog, people, signIn, tab, test } from '../fixtures/index.ts';

/** What may travel until somebody who signs in sees an overview: all but the answers of the API. */
const FIRST_LOAD = 300_000;

/** A piece of the program, by what it holds. */
const piece = (name: string) => `**/handoff-app-${name}-*.wasm`;

/** Counts what a page fetches of the app, as it travels. */
function counting(page: Page): () => Promise<Map<string, number>> {
  const asked: Promise<[string, number]>[] = [];
  page.on('requestfinished', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith('/api/')) return;
    asked.push(request.sizes().then((sizes) => [pathname, sizes.responseBodySize]));
  });
  return async () => new Map(await Promise.all(asked));
}

test('signing in and the overview fetch what the page links, and little', async ({ page: another, anotherPerson, request }) => {
  const campaign = await enterCampaign(another);
  const page = await anotherPerson();
  const fetched = counting(page);
  await signIn(page, people.admin, campaign.path);
  await expect(page.getByRole('rowheader', { name: 'Abby Okafor' })).toBeVisible();
  await page.waitForLoadState('load');

  const files = await fetched();
  const sum = [...files.values()].reduce((sum, size) => sum + size, 0);
  const html = await (await request.get('/', { headers: { accept: 'text/html' } })).text();
  const linked = [...html.matchAll(/ (?:href|src)="(\/[^"]+)"/g)].map(([, address]) => address);
  expect([...files.keys()].filter((file) => /\.(?:wasm|js|css)$/.test(file) && !linked.includes(file))).toEqual([]);
  expect([...files.keys()].filter((file) => file.endsWith('.wasm'))).toHaveLength(1);
  // Were sizes not known, the sum would be small for no good reason.
  expect(sum).toBeGreaterThan(100_000);
  expect(sum, JSON.stringify([...files])).toBeLessThan(FIRST_LOAD);
});

test('a page that is a piece of its own opens by a link, by its address and by a reload', async ({ page }) => {
  await enter(page, '/account');
  const heading = page.getByRole('heading', { name: 'Account', level: 1 });
  await expect(heading).toBeVisible();
  await page.reload();
  await expect(heading).toBeVisible();

  const campaign = await enterCampaign(page);
  await tab(page, 'Texters').click();
  await expect(page.getByRole('button', { name: 'New member' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('button', { name: 'New member' })).toBeVisible();
  await page.goto(`${campaign.path}/history`);
  await expect(page.getByText('Nothing has been moved yet.')).toBeVisible();
});

test('rows stand for a page until its piece has come', async ({ page, axe }) => {
  const campaign = await enterCampaign(page);
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route(piece('preparing'), async (route) => {
    await held;
    await route.continue();
  });
  await tab(page, 'Messages').click();
  await expect(page).toHaveURL(`${campaign.path}/message`);
  await expect(page.getByRole('status').filter({ hasText: 'Loading' })).toBeAttached();
  await axe(page);
  release();
  await expect(page.getByRole('heading', { name: 'As contacts will read it' })).toBeVisible();
});

test('a piece that cannot be fetched is missed in a sentence, and comes at another try', async ({ page, axe, complaints }) => {
  complaints.expect(/Failed to (?:fetch|load resource)/);
  await enterCampaign(page);
  await page.route(piece('preparing'), (route) => route.abort());
  await tab(page, 'Messages').click();
  const missing = page.getByRole('alert').filter({ hasText: 'This part of Handoff could not be fetched.' });
  await expect(missing).toBeVisible();
  await axe(page);
  await page.unroute(piece('preparing'));
  await missing.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('heading', { name: 'As contacts will read it' })).toBeVisible();
  await expect(missing).toHaveCount(0);
});

test('a piece that a newer server does not have any more asks for a reload', async ({ page, axe, complaints }) => {
  complaints.expect(/status of 404/);
  complaints.expect(/Response has unsupported MIME type|HTTP status code is not ok/);
  await enterCampaign(page);
  await page.route(piece('preparing'), (route) => route.fulfill({ status: 404, json: 'gone' }));
  await page.route('**/version.json', (route) => route.fulfill({ json: { version: 'newer' } }));
  await tab(page, 'Messages').click();
  const missing = page.getByRole('alert').filter({ hasText: 'A new version of Handoff is ready.' });
  await expect(missing).toBeVisible();
  await axe(page);
  await page.unrouteAll();
  await missing.getByRole('button', { name: 'Reload' }).click();
  await expect(page.getByRole('heading', { name: 'As contacts will read it' })).toBeVisible();
});

test('a dialog whose piece does not come says so inside, and opens at another try', async ({ page, axe, complaints }) => {
  complaints.expect(/Failed to (?:fetch|load resource)/);
  await page.route(piece('moving'), (route) => route.abort());
  await enterCampaign(page);
  const move = await MoveDialog.open(page, 'Bulk Reassign Some');
  const missing = move.dialog.getByRole('alert').filter({ hasText: 'This part of Handoff could not be fetched.' });
  await expect(missing).toBeVisible();
  await axe(page);
  await page.unroute(piece('moving'));
  await missing.getByRole('button', { name: 'Try again' }).click();
  await move.number.fill('6');
  await move.give('Abby Okafor');
  await expect(move.headline).toHaveText('6 moved to Abby Okafor');
});
