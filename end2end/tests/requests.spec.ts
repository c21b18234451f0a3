// Texters request conversations from what nobody holds, are told what really came, and give back what they do not do.
import type { Locator, Page } from '@playwright/test';
import {
  ask, contactsWrite, enter, expect, fits, give, handOut, holdings, listed, operations, people, pooledCampaign, startFirst, tabTo, test,
  type Campaign,
} from '../fixtures/index.ts';

test.describe.configure({ timeout: 120_000 });

const REQUEST = '**/api/self-assignment/request';

const card = (page: Page, campaign: Campaign): Locator =>
  page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: campaign.name }) });
const button = (within: Page | Locator): Locator => within.getByRole('button', { name: 'Request conversations' });
const giveBack = (within: Page | Locator): Locator => within.getByRole('button', { name: 'Give back' }).first();
const said = (within: Page | Locator, words: string | RegExp): Locator => within.getByRole('status').getByText(words);
const rows = (page: Page): Locator => page.getByRole('option');
const list = (page: Page, name: string): Locator => page.getByRole('navigation', { name: 'Lists' }).getByRole('button', { name });

/** A texter's page of assignments, and the card of the campaign on it. */
async function assignments(page: Page, campaign: Campaign, person = people.texter): Promise<Locator> {
  await enter(page, '/assignments', person);
  await expect(card(page, campaign)).toBeVisible();
  return card(page, campaign);
}

async function inMessenger(page: Page, campaign: Campaign, person = people.texter): Promise<void> {
  await enter(page, `${campaign.path}/messenger?tab=responses`, person);
  await expect(list(page, 'Responses')).toBeVisible();
}

test('a request says what came: so many need a reply, so many are to start', async ({ page, anotherPerson, server, axe }) => {
  const campaign = await pooledCampaign(page, { contacts: 40, batch: 25 });
  await contactsWrite(page, server, await startFirst(page, campaign, 'Unassigned', 3));
  const abby = await anotherPerson();
  const mine = await assignments(abby, campaign);
  await expect(mine).toContainText('No conversations yet.');
  await expect(giveBack(mine)).toHaveCount(0);
  await axe(abby);
  await button(mine).click();
  await expect(said(mine, '25 assigned: 3 need a reply, 22 to start')).toBeVisible();
  await expect(mine.getByRole('link', { name: '22 initial messages to send' })).toBeVisible();
  await expect(mine.getByRole('link', { name: '3 need a reply' })).toBeVisible();
  await expect(button(mine), 'initial messages wait').toHaveCount(0);
  await expect(mine.getByRole('status'), 'whoever pressed the button goes on at the answer').toBeFocused();
  await axe(abby);
  await fits(abby, 'an answer on a card');
  expect(await holdings(page, campaign)).toEqual({ Unassigned: 15, 'Abby Okafor': 25 });

  // The answer belongs to the page on which it was asked.
  await mine.getByRole('link', { name: '22 initial messages to send' }).click();
  // Only the rows in sight are drawn.
  await expect(rows(abby).first()).toHaveAttribute('aria-setsize', '22');
  await expect(said(abby, '25 assigned')).toHaveCount(0);
  await expect(button(abby)).toHaveCount(0);
  await expect(giveBack(abby)).toBeVisible();
});

test('in the messenger: the last of them, and then none', async ({ page, anotherPerson, axe }) => {
  const campaign = await pooledCampaign(page, { contacts: 4 });
  const abby = await anotherPerson();
  await inMessenger(abby, campaign);
  await axe(abby);
  await tabTo(abby, button(abby));
  await abby.keyboard.press('Enter');
  await expect(said(abby, '4 assigned: that was the last of them')).toBeVisible();
  await expect(said(abby, '4 to start.')).toBeVisible();
  await expect(list(abby, 'Initial messages')).toContainText('4');
  await expect(button(abby)).toHaveCount(0);
  await axe(abby);
  await fits(abby, 'an answer below the lists');

  await startFirst(page, campaign, { Member: campaign.texters[0]! }, 4);
  // The lists of the campaign are fresh: nothing waits, and the button is back.
  await button(abby).click();
  await expect(said(abby, 'No more conversations available')).toBeVisible();
  await expect(said(abby, 'Everything is assigned. Look again later')).toBeVisible();
  await expect(said(abby, '4 assigned')).toHaveCount(0);
  await expect(button(abby)).toBeVisible();
  expect(await holdings(page, campaign)).toEqual({ 'Abby Okafor': 4 });
  expect(await operations(page, campaign), 'what gave nothing is no operation').toBe(1);
});

test('what appears only when contacts answer is said', async ({ page, anotherPerson, server }) => {
  const campaign = await pooledCampaign(page, { contacts: 34, batch: 30, kind: 'Replies' });
  const started = await startFirst(page, campaign, 'Unassigned', 33);
  await contactsWrite(page, server, started.slice(0, 3));
  const abby = await anotherPerson();
  await inMessenger(abby, campaign);
  await button(abby).click();
  await expect(said(abby, '30 assigned, 3 need a reply now; the others appear when the contact answers')).toBeVisible();
  await expect(rows(abby)).toHaveCount(3);
  await expect(abby.getByText('27 conversations wait in silence')).toBeVisible();
  await expect(button(abby), 'no initial message waits').toBeVisible();
  // The conversation without an initial message is not of the kind.
  await button(abby).click();
  await expect(said(abby, '3 assigned: that was the last of them')).toBeVisible();
  expect(await holdings(page, campaign)).toEqual({ Unassigned: 1, 'Abby Okafor': 33 });
});

test('two texters race for the last batch, and each is told what they really got', async ({ page, anotherPerson }) => {
  const campaign = await pooledCampaign(page, { contacts: 15 });
  const [abby, lindsey] = [await anotherPerson(), await anotherPerson()];
  const cards = [await assignments(abby, campaign), await assignments(lindsey, campaign, people.anotherTexter)];
  await Promise.all(cards.map((mine) => button(mine).click()));
  const answers = await Promise.all(cards.map(async (mine) => {
    await expect(said(mine, /assigned/).first()).toBeVisible();
    return said(mine, /assigned/).first().textContent();
  }));
  expect(answers.sort()).toEqual(['10 assigned: 10 to start', '5 assigned: that was the last of them']);
  const held = await holdings(page, campaign);
  expect(Object.values(held).sort()).toEqual([10, 5]);
  expect(held).not.toHaveProperty('Unassigned');
  const ids = await Promise.all(campaign.texters.map(async (member) => (await listed(page, campaign, { Member: member })).map(({ id }) => id)));
  expect(new Set(ids.flat()).size, 'no conversation twice').toBe(15);
});

for (const lose of ['the request', 'the answer'] as const) {
  test(`${lose} of a request is lost on the way, and it happens once`, async ({ page, anotherPerson, complaints }) => {
    complaints.expect(/self-assignment\/request/);
    const campaign = await pooledCampaign(page, { contacts: 25, kind: 'Both' });
    const abby = await anotherPerson();
    const mine = await assignments(abby, campaign);
    const ids: number[] = [];
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    await abby.route(REQUEST, async (route) => {
      ids.push((route.request().postDataJSON() as { operation: number }).operation);
      if (ids.length > 1) {
        await held;
        return route.continue();
      }
      if (lose === 'the answer') await route.fetch();
      return route.abort();
    });
    await button(mine).click();
    await expect(said(mine, /nobody knows yet whether this request happened/)).toBeVisible();
    await expect(said(mine, 'Asking the server again whether this request happened. It cannot happen twice.')).toBeVisible();
    release();
    await expect(said(mine, '10 assigned: 10 to start')).toBeVisible();
    await expect(said(mine, 'The answer was lost on the way; it happened once.')).toBeVisible();
    expect(ids).toHaveLength(2);
    expect(ids[1], 'the same request').toBe(ids[0]);
    expect(await holdings(page, campaign)).toEqual({ Unassigned: 15, 'Abby Okafor': 10 });
    expect(await operations(page, campaign)).toBe(1);
  });
}

test('a double click requests once', async ({ page, anotherPerson }) => {
  const campaign = await pooledCampaign(page, { contacts: 25 });
  const abby = await anotherPerson();
  const mine = await assignments(abby, campaign);
  let [sent, release] = [0, () => {}];
  const held = new Promise<void>((resolve) => (release = resolve));
  await abby.route(REQUEST, async (route) => {
    sent += 1;
    await held;
    await route.continue();
  });
  await button(mine).dblclick();
  release();
  await expect(said(mine, '10 assigned: 10 to start')).toBeVisible();
  expect(sent).toBe(1);
  expect(await holdings(page, campaign)).toEqual({ Unassigned: 15, 'Abby Okafor': 10 });
});

test('a second tab that knows of nothing is refused, and says why', async ({ page, anotherPerson, complaints, axe }) => {
  complaints.expect(/\/api\/live/);
  complaints.expect(/status of 409.*self-assignment\/request/s);
  const campaign = await pooledCampaign(page, { contacts: 25 });
  const abby = await anotherPerson();
  await abby.context().route('**/api/live', (route) => route.abort());
  const mine = await assignments(abby, campaign);
  const second = await abby.context().newPage();
  await second.goto('/assignments');
  const theirs = card(second, campaign);
  await expect(button(theirs)).toBeVisible();
  await button(mine).click();
  await expect(said(mine, '10 assigned: 10 to start')).toBeVisible();
  await button(theirs).click();
  await expect(said(theirs, 'Nothing was assigned')).toBeVisible();
  await expect(said(theirs, 'You still have 10 initial messages to send. Send them first, then request more.')).toBeVisible();
  await expect(button(theirs), 'by now this tab knows it, too').toHaveCount(0);
  await axe(second);
  expect(await holdings(page, campaign)).toEqual({ Unassigned: 15, 'Abby Okafor': 10 });
});

test('a second tab that knows of no batch of replies is told what one holds, and then gets more', async ({ page, anotherPerson, server, complaints, axe }) => {
  complaints.expect(/\/api\/live/);
  complaints.expect(/status of 409.*self-assignment\/request/s);
  const campaign = await pooledCampaign(page, { contacts: 6, batch: 2, kind: 'Replies' });
  await contactsWrite(page, server, await startFirst(page, campaign, 'Unassigned', 6));
  const abby = await anotherPerson();
  await abby.context().route('**/api/live', (route) => route.abort());
  const mine = await assignments(abby, campaign);
  const second = await abby.context().newPage();
  await second.goto('/assignments');
  const theirs = card(second, campaign);
  await expect(button(theirs)).toBeVisible();
  await button(mine).click();
  await expect(said(mine, '2 assigned')).toBeVisible();
  await button(theirs).click();
  await expect(said(theirs, 'Nothing was assigned')).toBeVisible();
  await expect(said(theirs, /^You already hold 2 conversations of this campaign, more than this page knew of/)).toBeVisible();
  expect(await holdings(page, campaign)).toEqual({ Unassigned: 4, 'Abby Okafor': 2 });
  await axe(second);
  await fits(second, 'a request of a tab that knew of nothing');
  // By now this tab knows it, and so do those who press twice on the first one.
  await expect(theirs.getByRole('link', { name: '2 need a reply' })).toBeVisible();
  await button(theirs).click();
  await expect(said(theirs, '2 assigned')).toBeVisible();
  expect(await holdings(page, campaign)).toEqual({ Unassigned: 2, 'Abby Okafor': 4 });
});

test('where nothing can be requested it says why, or there is no button', async ({ page, anotherPerson }) => {
  const campaign = await pooledCampaign(page, { contacts: 12, ceiling: 4 });
  const abby = await anotherPerson();
  await inMessenger(abby, campaign);
  await ask(page, 'campaigns/act', { campaign: campaign.id, action: 'Pause' });
  await expect(abby.getByText('This campaign is paused. Request conversations as soon as an admin has resumed it.')).toBeVisible();
  await expect(button(abby)).toHaveCount(0);
  await ask(page, 'campaigns/act', { campaign: campaign.id, action: 'Resume' });
  await button(abby).click();
  await expect(said(abby, '4 assigned: 4 to start')).toBeVisible();
  await expect(said(abby, 'With these you hold as many as one texter may in this campaign.')).toBeVisible();
  await startFirst(page, campaign, { Member: campaign.texters[0]! }, 4);
  await expect(abby.getByText('You hold 4 of this campaign that are not finished, and one texter may hold 4. Resolve or give back some, or ask an admin.')).toBeVisible();
  await expect(button(abby)).toHaveCount(0);
  await expect(giveBack(abby)).toBeVisible();
  await handOut(page, campaign, { on: 'Off' });
  await expect(giveBack(abby)).toHaveCount(0);
  await expect(abby.getByText('one texter may hold')).toHaveCount(0);

  // Nobody requests for somebody else.
  await handOut(page, campaign, { on: 'On', ceiling: null });
  await expect(button(abby)).toBeVisible();
  await page.goto(`${campaign.path}/messenger?as=${campaign.texters[1]}&tab=responses`);
  await expect(page.getByText('No responses yet.')).toBeVisible();
  await expect(button(page)).toHaveCount(0);
  await expect(giveBack(page)).toHaveCount(0);
});

test('what is not started goes back, previewed; then everything, after a conflict; and the admin sees and undoes it', async ({ page, anotherPerson, complaints, axe }) => {
  complaints.expect(/\/api\/live/);
  complaints.expect(/status of 409.*give-back/s);
  const campaign = await pooledCampaign(page, { contacts: 10 });
  const abby = await anotherPerson();
  const mine = await assignments(abby, campaign);
  await button(mine).click();
  await expect(said(mine, '10 assigned: 10 to start')).toBeVisible();
  const started = await startFirst(page, campaign, { Member: campaign.texters[0]! }, 4);
  // This texter hears nothing of what others do.
  await abby.route('**/api/live', (route) => route.abort());
  await inMessenger(abby, campaign);
  await giveBack(abby).click();
  const dialog = abby.getByRole('dialog', { name: 'Done for today?' });
  const preview = dialog.getByRole('region', { name: 'Preview' });
  await expect(dialog.getByRole('radio', { name: 'What I have not started' })).toBeChecked();
  await expect(dialog.getByRole('radio', { name: 'What I have not started' })).toBeFocused();
  await expect(preview.getByRole('status')).toHaveText('6 go back to the pool; you keep 4');
  const you = preview.getByRole('row').filter({ hasText: 'You' });
  await expect(you.getByRole('cell').nth(1)).toHaveText(/10\s*→\s*becomes\s*4/);
  await expect(preview.getByText('4 stay with you: their initial messages are sent')).toBeVisible();
  await expect(preview.getByRole('row')).toHaveCount(2);
  await axe(abby);
  await fits(abby, 'the dialog that gives back');
  await abby.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(giveBack(abby)).toBeFocused();
  expect(await holdings(page, campaign), 'nothing happened').toEqual({ 'Abby Okafor': 10 });
  await giveBack(abby).click();
  await dialog.getByRole('button', { name: 'Give back 6 conversations' }).click();
  await expect(dialog).toBeHidden();
  await expect(said(abby, '6 given back; you keep 4')).toBeVisible();
  expect(await holdings(page, campaign)).toEqual({ Unassigned: 6, 'Abby Okafor': 4 });

  // An admin takes one away meanwhile: what was previewed would not be what happens.
  await giveBack(abby).click();
  await expect(dialog.getByRole('radio', { name: 'Everything' })).toBeChecked();
  await expect(preview.getByRole('status')).toHaveText('4 go back to the pool; you keep nothing');
  await give(page, started[0]!, campaign.texters[1]!);
  await dialog.getByRole('button', { name: 'Give back 4 conversations' }).click();
  await expect(dialog.getByRole('alert').getByText('The campaign changed. Nothing was moved. Check and confirm again.')).toBeVisible();
  await expect(preview.getByRole('status')).toHaveText('3 go back to the pool; you keep nothing');
  await expect(you).toContainText('was 4, now 3');
  await axe(abby);
  expect(await holdings(page, campaign)).toEqual({ Unassigned: 6, 'Abby Okafor': 3, 'Lindsey Tran': 1 });
  await dialog.getByRole('button', { name: 'Give back 3 conversations' }).click();
  await expect(said(abby, '3 given back: you hold nothing of this campaign now')).toBeVisible();
  await expect(giveBack(abby)).toHaveCount(0);
  expect(await holdings(page, campaign)).toEqual({ Unassigned: 9, 'Lindsey Tran': 1 });

  await page.goto(`${campaign.path}/history`);
  const last = page.getByRole('listitem').filter({ hasText: 'Given back' }).first();
  await expect(last).toContainText('Abby Okafor');
  await last.getByRole('button', { name: /^Undo/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Restore 3 conversations' }).click();
  await expect(page.getByRole('dialog')).toBeHidden();
  expect(await holdings(page, campaign)).toEqual({ Unassigned: 6, 'Abby Okafor': 3, 'Lindsey Tran': 1 });
});
