// The admin's side of self assignment: its terms, its invite link, what is left in the pool, who takes from it.
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { ask, enter, enterCampaign, expect, fits, message, people, scan, start, tab, test, textedCampaign, type Campaign } from '../fixtures/index.ts';

// axe takes its time, twice for the two themes.
test.describe.configure({ timeout: 180_000 });

const BATCH = 'Write a batch size from 1 to 5,000 conversations, in digits.';
const CEILING = 'Write the most that one texter may hold, from 1 to 1,000,000 in digits, or leave it empty.';

/** Switches self assignment on as a script does. */
async function switchOn(page: Page, { id }: Campaign, terms: object = {}): Promise<void> {
  await ask(page, 'self-assignment/save', { campaign: id, on: 'On', batch: null, kind: 'Both', ceiling: null, ...terms });
}

let operation = Date.now() * 2;

/** Requests a batch as the texter at this page. */
async function request(page: Page, { id }: Campaign): Promise<void> {
  operation += 1;
  await ask(page, 'self-assignment/request', { campaign: id, operation });
}

const section = (page: Page, name: string) => page.getByRole('region', { name });
const link = (page: Page) => section(page, 'Invite link').getByLabel('Invite link', { exact: true });
const code = (page: Page) => page.getByRole('img', { name: 'QR code of the invite link' });
const wrong = (page: Page, sentence: string) => page.getByRole('alert').filter({ hasText: sentence });

test('the terms: mistakes are said beside their field and lose nothing', async ({ page, axe }) => {
  const campaign = await enterCampaign(page);
  await start(page, campaign);
  await tab(page, 'Self assignment').click();
  await expect(page).toHaveURL(`${campaign.path}/self-assignment`);
  await expect(page).toHaveTitle(`Self assignment · ${campaign.name} · Handoff`);
  const form = section(page, 'Requests');
  const on = form.getByRole('checkbox', { name: 'Texters can request conversations' });
  const batch = form.getByLabel('Batch size');
  const ceiling = form.getByLabel('Ceiling for each texter');
  const save = form.getByRole('button', { name: 'Save' });
  await expect(on).not.toBeChecked();
  await expect(form.getByText('Nobody can request conversations.')).toBeVisible();
  await expect(form.getByText('the organization’s batch size, which is 300.')).toBeVisible();
  await expect(save).toHaveAttribute('aria-disabled', 'true');
  await expect(page.getByText('Nobody yet')).toBeVisible();
  await axe(page);
  await fits(page, 'self assignment that is off');

  await on.check();
  await expect(form.getByText('can request 300 conversations at a time.')).toBeVisible();
  for (const typed of ['0', '5001', 'a few']) {
    await batch.fill(typed);
    await save.click();
    await expect(wrong(page, BATCH)).toBeVisible();
    await expect(batch).toHaveValue(typed);
    await expect(batch).toHaveAttribute('aria-invalid', 'true');
  }
  await ceiling.fill('none');
  await expect(wrong(page, CEILING)).toBeVisible();
  await axe(page);
  await fits(page, 'terms with mistakes');
  expect(await ask(page, 'self-assignment/get', { campaign: campaign.id }), 'nothing was saved').toMatchObject({ on: 'Off', batch: null });

  // Before it is saved, a reload loses nothing.
  await page.reload();
  await expect(batch).toHaveValue('a few');
  await expect(ceiling).toHaveValue('none');
  await expect(on).toBeChecked();
  await expect(form.getByText('Not saved yet')).toBeVisible();
  await form.getByRole('button', { name: 'Discard changes' }).click();
  await expect(on).not.toBeChecked();
  await expect(batch).toHaveValue('');
  await expect(form.getByText('Not saved yet')).toHaveCount(0);

  await on.check();
  await batch.fill('25');
  await form.getByRole('radio', { name: 'Initial messages' }).check();
  await ceiling.fill('1,000');
  await expect(form.getByText('can request 25 conversations at a time, until 1,000 of theirs are unfinished.')).toBeVisible();
  await batch.press('Enter');
  await expect(message(page, 'Self assignment saved.')).toBeVisible();
  await expect(save).toHaveAttribute('aria-disabled', 'true');
  expect(await ask(page, 'self-assignment/get', { campaign: campaign.id })).toMatchObject({ on: 'On', batch: 25, kind: 'Initial', ceiling: 1000 });
  await page.reload();
  await expect(batch).toHaveValue('25');
  await expect(ceiling).toHaveValue('1000');
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await expect(form.getByText('Nobody can request while the campaign is paused.')).toBeVisible();
});

test('what the server refuses stands beside its field, too', async ({ page, complaints }) => {
  complaints.expect(/status of 422/);
  const campaign = await enterCampaign(page);
  await page.goto(`${campaign.path}/self-assignment`);
  const refusal = { Invalid: { field: 'batch', sentence: 'The server says no.' } };
  await page.route('**/api/self-assignment/save', (route) => route.fulfill({ status: 422, json: refusal }));
  await page.getByLabel('Batch size').fill('20');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByLabel('Batch size')).toHaveAccessibleDescription(/^The server says no\./);
  await expect(page.getByLabel('Batch size')).toHaveValue('20');
});

test('an invite link is made, copied at any time by any admin, renewed and disabled', async ({ page, context, anotherPerson, axe }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const campaign = await enterCampaign(page);
  await page.goto(`${campaign.path}/self-assignment`);
  const invite = section(page, 'Invite link');
  const dialog = page.getByRole('dialog');
  await expect(invite.getByText('The link works only while it is on.')).toBeVisible();
  await switchOn(page, campaign);
  await expect(invite.getByText('The link works only while it is on.')).toHaveCount(0);

  await invite.getByRole('button', { name: 'Make invite link' }).click();
  await expect(link(page)).toHaveValue(/\/join\/[0-9a-f]{64}$/);
  const address = await link(page).inputValue();
  await expect(invite.getByRole('heading')).toBeFocused();
  expect(address.startsWith(new URL(page.url()).origin)).toBe(true);
  await invite.getByRole('button', { name: 'Copy' }).click();
  await expect(invite.getByText('Copied')).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(address);
  await expect(invite.getByText('Made by Maya')).toBeVisible();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await scan(code(page)), `the QR code in the ${colorScheme} theme`).toBe(address);
  }
  await page.emulateMedia({ colorScheme: null });
  const downloading = page.waitForEvent('download');
  await invite.getByRole('link', { name: 'Download QR code' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/^Invite to .*\.svg$/);
  const file = await readFile(await download.path(), 'utf8');
  const drawn = await anotherPerson();
  await drawn.setContent(file);
  expect(await scan(drawn.locator('svg')), 'the file').toBe(address);
  await axe(page);
  await fits(page, 'an invite link');

  // It is there after a reload, and for another admin.
  await page.reload();
  await expect(link(page)).toHaveValue(address);
  const other = await anotherPerson();
  await enter(other, `${campaign.path}/self-assignment`, people.anotherAdmin);
  await expect(link(other)).toHaveValue(address);

  await invite.getByRole('button', { name: 'Renew…' }).click();
  await expect(dialog.getByText('stop working at once.')).toBeVisible();
  await axe(page);
  await fits(page, 'the question before renewing');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(link(page)).toHaveValue(address);
  await invite.getByRole('button', { name: 'Renew…' }).click();
  await dialog.getByRole('button', { name: 'Renew link' }).click();
  await expect(dialog).toBeHidden();
  await expect(link(page)).not.toHaveValue(address);
  const renewed = await link(page).inputValue();
  await expect(invite.getByRole('button', { name: 'Renew…' })).toBeFocused();
  expect(await scan(code(page))).toBe(renewed);
  const works = async (address: string) => (await page.request.post('/api/invites/read', { data: { token: address.split('/').at(-1) } })).status();
  expect([await works(address), await works(renewed)]).toEqual([410, 200]);
  await page.reload();
  await expect(link(page)).toHaveValue(renewed);

  // Renewed by somebody else: both show the new one.
  await section(other, 'Invite link').getByRole('button', { name: 'Renew…' }).click();
  await other.getByRole('dialog').getByRole('button', { name: 'Renew link' }).click();
  await expect(link(other)).toHaveValue(/\/join\//);
  await expect(link(other)).not.toHaveValue(renewed);
  await expect(link(page)).toHaveValue(await link(other).inputValue());
  await expect(invite.getByText('Made by Sam')).toBeVisible();

  await invite.getByRole('button', { name: 'Disable…' }).click();
  await expect(dialog.getByText('Whoever has joined by it stays, and goes on requesting.')).toBeVisible();
  await axe(page);
  await dialog.getByRole('button', { name: 'Disable link' }).click();
  await expect(message(page, 'The invite link was disabled.')).toBeVisible();
  await expect(invite.getByText('It lets nobody in any more.')).toBeVisible();
  await expect(invite.getByRole('heading')).toBeFocused();
  await expect(invite.getByRole('button', { name: 'Make invite link' })).toBeVisible();
  await expect(link(other), 'in the other tab, too').toHaveCount(0);
  await axe(page);
  await fits(page, 'an invite link that was disabled');
});

test('the browser keeps no invite link', async ({ page }) => {
  const campaign = await enterCampaign(page);
  await page.goto(`${campaign.path}/self-assignment`);
  await page.getByRole('button', { name: 'Make invite link' }).click();
  await expect(link(page)).toHaveValue(/\/join\//);
  const token = (await link(page).inputValue()).split('/').at(-1)!;
  const kept = await page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }]));
  expect(kept).not.toContain(token);
});

test('two texters of one name are told apart by their addresses', async ({ page, anotherPerson, axe }) => {
  const campaign = await textedCampaign(page, { contacts: 12, given: 0 });
  await switchOn(page, campaign, { batch: 5 });
  await page.goto(`${campaign.path}/self-assignment`);
  await section(page, 'Invite link').getByRole('button', { name: 'Make invite link' }).click();
  await expect(link(page)).toHaveValue(/\/join\//);
  const token = (await link(page).inputValue()).split('/').at(-1)!;
  await joins(await anotherPerson(), token, 'Ana Sou');
  await joins(await anotherPerson(), token, 'Ána Sou');
  const names = section(page, 'Who joined or requested').getByRole('rowheader');
  await expect(names).toHaveText([/^Ána Sou \(.+@example\.org\)$/, /^Ana Sou \(.+@example\.org\)$/]);
  await axe(page);
  await fits(page, 'texters of one name');
  await page.goto(`${campaign.path}/texters`);
  await expect(page.getByRole('button', { name: /^Actions for Ana Sou \(.+@example\.org\)$/ })).toHaveCount(1);
});

/** Somebody new who signs up by a link and is given a first batch, as a script does it. */
async function joins(person: Page, token: string, name: string): Promise<void> {
  const email = `${name.toLowerCase().replace(/\W/g, '')}.${test.info().workerIndex}.${Date.now()}@example.org`;
  await person.goto('/sign-in');
  await ask(person, 'invites/sign-up', { token, name, email, password: 'a long way home' });
  await ask(person, 'invites/join', { token, confirmed: false });
}

test('a link is limited to some people, and ended with all that came of it, and that is undone', async ({ page, anotherPerson, axe }) => {
  const campaign = await textedCampaign(page, { contacts: 12, given: 0 });
  await switchOn(page, campaign, { batch: 5 });
  await page.goto(`${campaign.path}/self-assignment`);
  const invite = section(page, 'Invite link');
  await invite.getByRole('button', { name: 'Make invite link' }).click();
  await expect(link(page)).toHaveValue(/\/join\//);
  const token = (await link(page).inputValue()).split('/').at(-1)!;
  const most = invite.getByLabel('People who may join by it');
  await most.fill('0');
  await invite.getByRole('button', { name: 'Save limit' }).click();
  await expect(wrong(page, 'Write how many people may join by the link, from 1 to 100,000 in digits, or leave it empty.')).toBeVisible();
  await expect(most).toHaveValue('0');
  await most.fill('2');
  await invite.getByRole('button', { name: 'Save limit' }).click();
  await expect(message(page, 'Invite link saved.')).toBeVisible();
  await expect(invite.getByRole('button', { name: 'End and take back…' })).toHaveCount(0);

  await joins(await anotherPerson(), token, 'Mal Ory');
  await joins(await anotherPerson(), token, 'Eve Dropper');
  await expect(invite.getByText('2 became texters by it.')).toBeVisible();
  await expect(section(page, 'Who joined or requested').getByRole('rowheader')).toHaveText(['Eve Dropper', 'Mal Ory']);
  await expect(invite.getByText('2 joined in the last minute.')).toBeVisible();
  await axe(page);
  await fits(page, 'an invite link by which people joined');
  // The third finds it full.
  const third = { token, name: 'Nora Quist', email: `nora.${Date.now()}@example.org`, password: 'a long way home' };
  const answer = await page.request.post('/api/invites/sign-up', { data: third });
  expect([answer.status(), await answer.json()]).toEqual([409, { Invite: { NoPlace: 'Full' } }]);

  await invite.getByRole('button', { name: 'End and take back…' }).click();
  const dialog = page.getByRole('dialog', { name: 'End the invite link and take back' });
  await expect(dialog.getByText('The 2 people who became texters by it are removed from the campaign, and the 10 conversations that they hold become unassigned.')).toBeVisible();
  await dialog.getByText('Who is removed').click();
  await expect(dialog.getByText('Mal Ory, Eve Dropper')).toBeVisible();
  await expect(dialog.getByText('10 moved to Unassigned')).toBeVisible();
  await axe(page);
  await fits(page, 'the preview of the end of an invite link');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toBeHidden();
  await invite.getByRole('button', { name: 'End and take back…' }).click();
  await dialog.getByRole('button', { name: 'End link and take back' }).click();
  await expect(message(page, 'Invite link ended, 2 texters removed; 10 moved to Unassigned')).toBeVisible();
  await expect(section(page, 'Pool').getByText('12 left to be handed out')).toBeVisible();
  await expect(invite.getByText('It lets nobody in any more.')).toBeVisible();
  expect((await page.request.post('/api/invites/read', { data: { token } })).status()).toBe(410);

  // It was a mistake.
  await page.goto(`${campaign.path}/history`);
  const ended = page.getByRole('main').getByRole('listitem').filter({ hasText: 'Invite link ended' });
  await expect(ended).toContainText('by Maya Brooks');
  await ended.getByRole('button', { name: /^Undo/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Restore 10 conversations' }).click();
  await expect(message(page, '10 restored, 5 to Mal Ory, 5 to Eve Dropper')).toBeVisible();
});

test('the pool and who takes from it, as it happens', async ({ page, anotherPerson, axe }) => {
  const campaign = await textedCampaign(page, { contacts: 12, given: 0 });
  await switchOn(page, campaign, { batch: 5 });
  await page.goto(`${campaign.path}/self-assignment`);
  const pool = section(page, 'Pool');
  await expect(pool.getByText('12 left to be handed out')).toBeVisible();
  await expect(page.getByText('Nobody yet')).toBeVisible();
  const picture = pool.getByRole('img', { name: /^Unassigned conversations: from 0 on .* to 12 now$/ });
  await expect(picture).toBeVisible();

  const abby = await anotherPerson();
  await enter(abby, '/assignments', people.texter);
  await request(abby, campaign);
  await expect(pool.getByText('7 left to be handed out')).toBeVisible();
  await expect(pool.getByRole('img', { name: /to 7 now$/ })).toBeVisible();
  const row = section(page, 'Who joined or requested').getByRole('row').filter({ has: page.getByRole('rowheader') });
  await expect(row).toHaveCount(1);
  await expect(row.getByRole('rowheader')).toHaveText('Abby Okafor');
  await expect(row.getByRole('cell')).toHaveText(['Added by an admin', '1', '5', '5']);
  await expect(page.getByText('0 joined by link; 5 conversations were requested in 1 request.')).toBeVisible();
  await axe(page);
  await fits(page, 'a pool with a request');

  // By the link, which requests a first batch at once.
  await page.getByRole('button', { name: 'Make invite link' }).click();
  await expect(link(page)).toHaveValue(/\/join\//);
  const token = (await link(page).inputValue()).split('/').at(-1)!;
  const lindsey = await anotherPerson();
  await enter(lindsey, '/assignments', people.anotherTexter);
  await ask(lindsey, 'invites/join', { token, confirmed: false });
  await expect(pool.getByText('2 left to be handed out')).toBeVisible();
  await expect(row.first().getByRole('rowheader')).toHaveText('Lindsey Tran');
  await expect(row.first().getByRole('cell')).toHaveText([/^By link /, '1', '5', '5']);
  await expect(page.getByText('1 joined by link; 10 conversations were requested in 2 requests.')).toBeVisible();

  // Of a kind that nothing is of.
  await section(page, 'Requests').getByRole('radio', { name: 'Replies' }).check();
  await section(page, 'Requests').getByRole('button', { name: 'Save' }).click();
  await expect(pool.getByText('0 left to be handed out')).toBeVisible();
  await expect(pool.getByText('2 more are unassigned, and of a kind that is not handed out.')).toBeVisible();
  await axe(page);
  await fits(page, 'a pool of another kind');

  await tab(page, 'History').click();
  const operations = page.getByRole('main').getByRole('listitem');
  await expect(operations.first()).toContainText(/Request\s*by Lindsey Tran/);
  await expect(operations.nth(1)).toContainText(/Request\s*by Abby Okafor/);
});

test('times are those of the campaign, and said to be', async ({ page }) => {
  const campaign = await textedCampaign(page, { contacts: 3, given: 1 });
  const hours = { campaign: campaign.id, time_zone: 'America/New_York', hours: [0, 1440], window: [null, null] };
  await page.goto(`${campaign.path}/self-assignment`);
  await expect(section(page, 'Pool').getByRole('img')).toBeVisible();
  await expect(page.getByText(/^Times in/)).toHaveCount(0);
  await ask(page, 'campaigns/save-hours', hours);
  await page.reload();
  await expect(page.getByText('Times in New York')).toBeVisible();
});
