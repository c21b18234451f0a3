// Phone numbers: all conversations of one, opting it out, and what unknown numbers wrote.
import type { Locator, Page } from '@playwright/test';
import { ask, enter, expect, fits, listed, openMessenger, people, phone, test, textedCampaign } from '../fixtures/index.ts';

test.describe.configure({ timeout: 120_000 });

const conversations = (page: Page): Locator => page.getByRole('table', { name: /^Conversations/ });
const thread = (page: Page): Locator => page.getByRole('region', { name: 'Conversation', exact: true });

interface Known {
  opted_out_at: number | null;
  conversations: { id: number; campaign: number }[];
}

interface Unknown {
  messages: { body: string }[];
}

/** What an admin's page asks for. */
const known = (page: Page, number: string) => ask<Known>(page, 'numbers/get', { phone: number });

test('from a conversation to all of its number, and back into another campaign', async ({ page, axe }) => {
  const first = await textedCampaign(page, { contacts: 2, given: 1 });
  const second = await textedCampaign(page, { contacts: 2, given: 2 });
  const [row] = await listed(page, second, { Member: second.texters[0]! });
  await page.goto(`${second.path}/messenger?as=${second.texters[0]}&tab=initial&conversation=${row!.id}`);
  const link = thread(page).getByRole('link', { name: /all conversations of this number$/ });
  const readable = (await link.textContent())!;
  expect(readable).toMatch(/^\(\d{3}\) \d{3}-\d{4}$/);
  const number = `+1${readable.replace(/\D/g, '')}`;
  // The same link is among the facts of the contact.
  await page.getByRole('navigation', { name: 'Details' }).getByRole('button', { name: 'Info' }).click();
  await expect(page.getByRole('region', { name: 'Info' }).getByRole('link', { name: readable })).toBeVisible();
  await link.click();

  await expect(page).toHaveURL(`/numbers/${number}`);
  await expect(page.getByRole('heading', { level: 1, name: readable })).toBeFocused();
  await expect(page).toHaveTitle(`${readable} · Handoff`);
  await expect(page.getByText('Has not opted out.')).toBeVisible();
  const all = await known(page, number);
  await expect(conversations(page).getByRole('rowheader')).toHaveCount(all.conversations.length);
  const here = conversations(page).getByRole('row').filter({ has: page.getByRole('link', { name: second.name }) }).first();
  await expect(here).toContainText('Not started');
  await expect(here).toContainText('Abby Okafor');
  await expect(here).toContainText('Never');
  await axe(page);
  await fits(page, 'the page of a number');

  // Written to, it says when; and the link leads to that very conversation.
  await ask(page, 'messenger/send', { conversation: row!.id, message: row!.id + 5, kind: 'Initial', follow_up: null, text: 'Hi', all: false });
  await expect(here).toContainText('Waiting');
  await expect(here).toContainText('now');
  const other = all.conversations.find(({ campaign }) => campaign === first.id);
  await conversations(page).locator(`a[href*="conversation=${other!.id}"]`).click();
  await expect(page).toHaveURL(new RegExp(`/campaigns/${first.id}/messenger\\?.*conversation=${other!.id}`));
  await expect(thread(page).getByRole('link', { name: `${readable}: all conversations of this number` })).toBeVisible();
});

test('a number is opted out with a word of confirmation, in every campaign, and in again', async ({ page, axe }) => {
  const campaign = await textedCampaign(page, { contacts: 1, given: 1 });
  const [row] = await listed(page, campaign, { Member: campaign.texters[0]! });
  const { phone: number } = await ask<{ phone: string }>(page, 'messenger/thread', { conversation: row!.id });
  await page.goto(`/numbers/${number}`);
  await page.getByRole('button', { name: 'Opt out' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('heading', { name: /^Opt out \(/ })).toBeVisible();
  await expect(dialog.getByRole('textbox', { name: 'Confirming message' })).toHaveAccessibleDescription(/It is sent in the conversation of “.+”\./);
  await axe(page);
  await fits(page, 'the dialog of an opt-out');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  expect((await known(page, number)).opted_out_at).toBeNull();
  await page.getByRole('button', { name: 'Opt out' }).click();
  await dialog.getByRole('button', { name: 'Opt out', exact: true }).click();
  await expect(page.getByRole('main')).toContainText(/Opted out now, by Maya .+\. Nothing is sent to this number, in any campaign\./);
  await expect(page.getByRole('button', { name: 'Opt in' })).toBeFocused();
  const standings = conversations(page).getByRole('row').filter({ has: page.getByRole('rowheader') });
  for (const one of await standings.all()) await expect(one).toContainText('Opted out');
  await axe(page);
  await page.getByRole('button', { name: 'Opt in' }).click();
  await dialog.getByRole('checkbox', { name: 'Send a confirming message' }).uncheck();
  await dialog.getByRole('button', { name: 'Opt in', exact: true }).click();
  await expect(page.getByText('Has not opted out.')).toBeVisible();
  expect((await known(page, number)).opted_out_at).toBeNull();
});

test('a number that nobody has is looked up, opted out and in', async ({ page, axe }) => {
  await enter(page, '/campaigns');
  await page.getByRole('link', { name: 'Phone numbers' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Phone numbers' })).toBeFocused();
  const box = page.getByRole('textbox', { name: 'Look up a number' });
  await box.fill('555-0100');
  await page.getByRole('button', { name: 'Look up' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'has no area code' })).toBeVisible();
  await expect(box).toHaveValue('555-0100');
  await axe(page);
  await box.fill('(989) 555-0123');
  await box.press('Enter');
  await expect(page).toHaveURL('/numbers/+19895550123');
  await expect(page.getByText('Nothing is known of this number.')).toBeVisible();
  await axe(page);
  await fits(page, 'a number of which nothing is known');
  await page.getByRole('button', { name: 'Opt out' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('No conversation has this number, so no confirming message is sent.');
  await axe(page);
  await dialog.getByRole('button', { name: 'Opt out', exact: true }).click();
  await expect(page.getByRole('main')).toContainText('Opted out now, by Maya');
  await expect(page.getByText('No conversation has this number.')).toBeVisible();
  await page.getByRole('button', { name: 'Opt in' }).click();
  await dialog.getByRole('button', { name: 'Opt in', exact: true }).click();
  await expect(page.getByText('Nothing is known of this number.')).toBeVisible();
  await page.goto('/numbers/555');
  await expect(page.getByRole('heading', { level: 1, name: 'No phone number' })).toBeVisible();
  await axe(page);
});

test('what unknown numbers wrote is listed, page by page, and leads to the number', async ({ page, server, axe }) => {
  await enter(page, '/numbers');
  const rows = page.getByRole('region', { name: 'From unknown numbers' }).getByRole('listitem');
  // Strangers write to the demo, too.
  const text = (await rows.first().getByRole('paragraph').textContent())!;
  await axe(page);
  await rows.first().getByRole('link').click();
  await expect(page).toHaveURL(/\/numbers\/\+1\d{10}$/);
  await expect(page.getByText(text)).toBeVisible();
  await expect(page.getByText('No conversation has this number.')).toBeVisible();
  // As many strangers as fill a page, and one.
  const { messages: those } = await ask<Unknown>(page, 'numbers/unknown', { before: null });
  for (let at = 0; at <= 100; at += 1) server.contactWrites(`+1969555${1100 + at}`, `Who is this? ${at}`);
  const newest = async (): Promise<number> => {
    const { messages } = await ask<Unknown>(page, 'numbers/unknown', { before: null });
    const ours = messages.filter(({ body }) => body.startsWith('Who is this?'));
    return ours.some(({ body }) => body === 'Who is this? 100') ? ours.length : 0;
  };
  await expect.poll(newest, { timeout: 30_000 }).toBe(100);
  await page.goto('/numbers');
  await expect(rows).toHaveCount(100);
  await expect(rows.first()).toContainText(/\(969\) 555-1[12]\d\d/);
  await expect(rows.first()).toContainText('Who is this?');
  await axe(page);
  await fits(page, 'what unknown numbers wrote');
  await page.getByRole('button', { name: 'Show older' }).click();
  await expect(rows).toHaveCount(101 + those.length);
  await expect(page.getByText('That is all.')).toBeVisible();
  await rows.getByRole('link', { name: '(969) 555-1200' }).click();
  await expect(page).toHaveURL('/numbers/+19695551200');
});

test('a texter sees no numbers, and is led to their own', async ({ page, anotherPerson, complaints }) => {
  const campaign = await textedCampaign(page, { contacts: 1, given: 1 });
  const texter = await anotherPerson();
  await openMessenger(texter, campaign);
  await expect(thread(texter).getByRole('heading', { level: 2 })).toHaveText(/^Ada/);
  await expect(thread(texter).getByRole('link', { name: /all conversations/ })).toHaveCount(0);
  const settings = await ask<object>(page, 'organization/settings');
  await ask(page, 'organization/save-settings', { settings: { ...settings, phones_visible: 'On' } });
  try {
    await texter.reload();
    await expect(thread(texter).getByText(/^\(\d{3}\) \d{3}-\d{4}$/)).toBeVisible();
    await expect(thread(texter).getByRole('link', { name: /all conversations/ })).toHaveCount(0);
  } finally {
    await ask(page, 'organization/save-settings', { settings });
  }
  await texter.goto('/numbers/+12125550100');
  await expect(texter).toHaveURL('/assignments');
  complaints.expect(/status of 403/);
  const answer = await texter.request.post('/api/numbers/get', { data: { phone: '+12125550100' } });
  expect(answer.status()).toBe(403);
});

test('on a phone a number’s conversations are cards', async ({ page, browser, baseURL, axe }) => {
  const campaign = await textedCampaign(page, { contacts: 1, given: 1 });
  const [row] = await listed(page, campaign, { Member: campaign.texters[0]! });
  const { phone: number } = await ask<{ phone: string }>(page, 'messenger/thread', { conversation: row!.id });
  const small = await phone(browser, baseURL);
  await enter(small, `/numbers/${number}`, people.admin);
  await expect(conversations(small).getByRole('link', { name: campaign.name }).first()).toBeVisible();
  await axe(small);
  await conversations(small).locator(`a[href*="conversation=${row!.id}"]`).tap();
  await expect(thread(small).getByRole('heading', { level: 2 })).toHaveText(/^Ada/);
  await small.context().close();
});
