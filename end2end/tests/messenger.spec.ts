// The messenger: texters work their conversations, admins see and steer each texter's.
import type { Locator, Page } from '@playwright/test';
import {
  ask, enter, enterCampaign, expect, give, holdings, listed, message, openMessenger, people, phone, signIn, tabTo, test, textedCampaign, texterRow,
} from '../fixtures/index.ts';

const box = (page: Page): Locator => page.getByRole('textbox', { name: / to Ada Park/ });
const sendButton = (page: Page): Locator => page.getByRole('button', { name: 'Send', exact: true });
const rows = (page: Page): Locator => page.getByRole('option');
const contact = (page: Page): Locator => page.getByRole('region', { name: 'Conversation', exact: true }).getByRole('heading', { level: 2 });
const list = (page: Page, name: string): Locator => page.getByRole('navigation', { name: 'Lists' }).getByRole('button', { name });
const viewing = (page: Page): Locator => page.getByRole('region', { name: 'Viewing as' });

/** A name as it is compared. */
const folded = (name: string): string => name.normalize('NFD').replace(/[\u0300-\u036f'’]/g, '').replace(/-/g, ' ').toLowerCase();

/** The messages of a conversation, as the server has them. */
async function sent(page: Page, conversation: number): Promise<string[]> {
  const { messages } = await ask<{ messages: { body: string }[] }>(page, 'messenger/thread', { conversation });
  return messages.map(({ body }) => body);
}

test('a texter lands on their assignments, sends initial messages, and the next conversation is there', async ({ page, anotherPerson, axe }) => {
  const campaign = await textedCampaign(page);
  const texter = await anotherPerson();
  await signIn(texter, people.texter);
  await expect(texter).toHaveURL('/assignments');
  await expect(texter.getByRole('heading', { name: 'Your assignments' })).toBeVisible();
  const card = texter.getByRole('listitem').filter({ has: texter.getByRole('heading', { name: campaign.name }) });
  await axe(texter);
  await card.getByRole('link', { name: '4 initial messages to send' }).click();

  await expect(rows(texter)).toHaveCount(4);
  const [first, second, third] = await listed(page, campaign, { Member: campaign.texters[0]! });
  await expect(contact(texter)).toHaveText(`${first!.first_name} ${first!.last_name}`);
  await expect(box(texter)).toHaveValue('Hi Ada, will you come on Saturday?');
  await expect(texter.getByText('34 characters, 1 segment')).toBeVisible();
  await sendButton(texter).click();
  await expect(contact(texter)).toHaveText(`${second!.first_name} ${second!.last_name}`);
  await expect(rows(texter)).toHaveCount(3);
  expect(await sent(page, first!.id)).toEqual(['Hi Ada, will you come on Saturday?']);

  // A key that is held sends once: the browser repeats what is not let go.
  await box(texter).focus();
  await texter.keyboard.down('Control');
  await texter.keyboard.down('Enter');
  await expect(contact(texter)).toHaveText(`${third!.first_name} ${third!.last_name}`);
  await texter.keyboard.down('Enter');
  await texter.keyboard.down('Enter');
  await texter.keyboard.up('Enter');
  await texter.keyboard.up('Control');
  await expect(rows(texter)).toHaveCount(2);
  expect(await sent(page, second!.id)).toHaveLength(1);
  expect(await sent(page, third!.id)).toEqual([]);
  await expect(texter.getByText('2 conversations wait in silence')).toBeVisible();

  // Nor does the second half of a double click reach the next one.
  await sendButton(texter).dblclick();
  await expect(rows(texter)).toHaveCount(1);
  await expect(list(texter, 'Initial messages')).toContainText('1');
  await sendButton(texter).click();
  await expect(texter.getByText('All initial messages are sent.')).toBeVisible();
});

test('a texter who lost a conversation is told to whom, keeps the draft, and the list corrects itself', async ({ page, anotherPerson, complaints, axe }) => {
  complaints.expect(/status of 409/);
  const campaign = await textedCampaign(page);
  const texter = await anotherPerson();
  await openMessenger(texter, campaign);
  await expect(box(texter)).toHaveValue(/^Hi Ada/);
  await box(texter).fill('My very own words');
  const [first] = await listed(page, campaign, { Member: campaign.texters[0]! });
  // Nothing tells the page: it learns at Send.
  await texter.route('**/api/messenger/thread', (route) => route.abort());
  complaints.expect(/Failed to (?:fetch|load resource)/);
  await give(page, first!.id, campaign.texters[1]!);
  await sendButton(texter).click();
  const notice = texter.getByRole('status').filter({ hasText: 'Reassigned to Lindsey Tran at' });
  await expect(notice).toContainText(/Reassigned to Lindsey Tran at \d+:\d\d [AP]M\. Your draft is kept\./);
  await texter.unroute('**/api/messenger/thread');
  await expect(box(texter)).toHaveValue('My very own words');
  await expect(rows(texter)).toHaveCount(3);
  expect(await sent(page, first!.id)).toEqual([]);
  await expect(texter.getByRole('button', { name: 'Copy draft' })).toBeVisible();
  await axe(texter);

  // The draft is there after a reload, too, and the page says where the conversation went before anything is pressed.
  await texter.reload();
  await expect(notice).toBeVisible();
  await expect(texter.getByRole('textbox', { name: 'Message to' })).toHaveValue('My very own words');
  await expect(sendButton(texter)).toHaveAttribute('aria-disabled', 'true');
});

test('a list that was on its way when a message was sent does not bring the conversation back', async ({ page, anotherPerson }) => {
  const campaign = await textedCampaign(page, { contacts: 2, given: 1 });
  const texter = await anotherPerson();
  await openMessenger(texter, campaign);
  await expect(box(texter)).toHaveValue(/^Hi Ada/);
  let [release, read] = [() => {}, () => {}];
  const held = new Promise<void>((resolve) => (release = resolve));
  const asked = new Promise<void>((resolve) => (read = resolve));
  const LIST = '**/api/messenger/list';
  await texter.route(LIST, async (route) => {
    const response = await route.fetch();
    read();
    await held;
    await route.fulfill({ response });
  }, { times: 1 });
  // Any change of the campaign has the list fetched afresh.
  await ask(page, 'campaigns/save-message', { campaign: campaign.id, message: 'Hi {first_name}!' });
  await asked;
  await sendButton(texter).click();
  const over = texter.getByText('All initial messages are sent.');
  await expect(over).toBeVisible();
  const [stale] = await Promise.all([texter.waitForResponse(LIST), release()]);
  expect(((await stale.json()) as { rows: object[] }).rows).toHaveLength(1);
  await texter.waitForResponse(LIST);
  await expect(rows(texter)).toHaveCount(0);
  await expect(over).toBeVisible();
});

test('what is wrong with a message is said, and nothing is lost', async ({ page, anotherPerson, complaints }) => {
  complaints.expect(/status of 409/);
  const campaign = await textedCampaign(page);
  const texter = await anotherPerson();
  await openMessenger(texter, campaign);
  await expect(box(texter)).toHaveValue(/^Hi Ada/);
  await box(texter).fill('   ');
  await sendButton(texter).click();
  await expect(texter.getByRole('alert').filter({ hasText: 'There is nothing to send yet.' })).toBeVisible();
  await box(texter).fill('It’s on Saturday');
  await expect(texter.getByText('’ leaves room for 70 characters in place of 160.')).toBeVisible();
  await ask(page, 'campaigns/act', { campaign: campaign.id, action: 'Pause' });
  const paused = texter.getByText('This campaign is paused. An admin can resume it. Your draft is kept.');
  await expect(paused).toBeVisible();
  // The server says the same, before an admin resumes the campaign.
  const answer = texter.waitForResponse('**/api/messenger/send');
  await sendButton(texter).click();
  expect((await answer).status()).toBe(409);
  await expect(paused).toBeVisible();
  await expect(box(texter)).toHaveValue('It’s on Saturday');
  await ask(page, 'campaigns/act', { campaign: campaign.id, action: 'Resume' });
  await expect(paused).toBeHidden();
  await sendButton(texter).click();
  await expect(rows(texter)).toHaveCount(3);
});

test('an admin sees a texter’s messenger, the next one’s, and gives one conversation away and back', async ({ page, axe }) => {
  const campaign = await textedCampaign(page);
  await page.reload();
  await page.getByRole('columnheader', { name: 'Progress' }).getByRole('button').click();
  await texterRow(page, 'Abby Okafor').getByRole('link', { name: 'Abby Okafor' }).click();
  await expect(viewing(page)).toContainText('0 of 4 sent');
  await expect(rows(page)).toHaveCount(4);
  await axe(page);

  // The order of the overview is the order here: Unassigned, Abby with four, Lindsey with none.
  await viewing(page).getByRole('button', { name: 'Abby Okafor', exact: true }).click();
  const picker = page.getByRole('dialog', { name: 'Texters' });
  await expect(picker.getByRole('columnheader', { name: 'Progress' })).toHaveAttribute('aria-sort', 'descending');
  await expect(picker.getByRole('rowheader')).toHaveText(['Unassigned', 'Abby Okafor', 'Lindsey Tran']);
  await picker.getByRole('columnheader', { name: 'Texter' }).getByRole('button').click();
  await expect(picker.getByRole('rowheader')).toHaveText(['Unassigned', 'Lindsey Tran', 'Abby Okafor']);
  await picker.getByRole('columnheader', { name: 'Texter' }).getByRole('button').click();
  await expect(picker.getByRole('rowheader')).toHaveText(['Unassigned', 'Abby Okafor', 'Lindsey Tran']);
  await axe(page);
  await picker.getByRole('searchbox', { name: 'Search texters' }).fill('lind');
  await page.keyboard.press('Enter');
  await expect(viewing(page).getByRole('button', { name: 'Lindsey Tran', exact: true })).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`as=${campaign.texters[1]}`));
  await viewing(page).getByRole('button', { name: 'Next texter' }).click();
  await expect(viewing(page).getByRole('button', { name: 'Unassigned', exact: true })).toBeVisible();
  await expect(rows(page)).toHaveCount(2);
  await viewing(page).getByRole('button', { name: 'Next texter' }).click();
  await expect(viewing(page).getByRole('button', { name: 'Abby Okafor', exact: true })).toBeVisible();
  await expect(rows(page)).toHaveCount(4);

  await page.getByRole('button', { name: 'Reassign', exact: true }).click();
  await page.getByRole('dialog', { name: 'Reassign to' }).getByRole('button', { name: 'Lindsey Tran' }).click();
  await expect(rows(page)).toHaveCount(3);
  await expect.poll(() => holdings(page, campaign)).toEqual({ Unassigned: 2, 'Abby Okafor': 3, 'Lindsey Tran': 1 });
  await message(page, /1 moved to Lindsey Tran/).locator('..').getByRole('button', { name: 'Undo' }).click();
  await expect(rows(page)).toHaveCount(4);
  expect(await holdings(page, campaign)).toEqual({ Unassigned: 2, 'Abby Okafor': 4 });

  // The dialog of bulk moves has this texter as its source.
  await viewing(page).getByRole('button', { name: 'Reassign what Abby Okafor holds' }).click();
  await page.getByRole('menuitem', { name: 'Unassign all' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('heading', { name: 'Unassign all from Abby Okafor' })).toBeVisible();
  await dialog.getByRole('button', { name: 'Move 4 conversations' }).click();
  await expect(viewing(page)).toContainText('0 of 0 sent');
  expect(await holdings(page, campaign)).toEqual({ Unassigned: 6 });
});

test('a survey is answered, and the answer can be changed and cleared', async ({ page, anotherPerson }) => {
  const campaign = await textedCampaign(page);
  const texter = await anotherPerson();
  await openMessenger(texter, campaign);
  const question = texter.getByRole('group', { name: 'Will they come?' });
  const [first] = await listed(page, campaign, { Member: campaign.texters[0]! });
  const recorded = async () => (await ask<{ answers: { answer: object }[] }>(page, 'messenger/thread', { conversation: first!.id })).answers.map(({ answer }) => answer);
  await question.getByRole('radio', { name: 'Yes' }).check();
  await expect(question.getByRole('status')).toContainText('Abby Okafor');
  expect(await recorded()).toEqual([{ Choice: 1 }]);
  await question.getByRole('radio', { name: 'No' }).check();
  await expect.poll(recorded).toEqual([{ Choice: 2 }]);
  await texter.reload();
  await expect(question.getByRole('radio', { name: 'No' })).toBeChecked();
  await question.getByRole('button', { name: 'Clear' }).click();
  await expect(question.getByRole('radio', { name: 'No' })).not.toBeChecked();
  expect(await recorded()).toEqual([]);
});

test('who wants no more messages is opted out with a word of confirmation, and in again', async ({ page, anotherPerson, axe }) => {
  const campaign = await textedCampaign(page);
  const texter = await anotherPerson();
  await openMessenger(texter, campaign);
  await texter.getByRole('button', { name: 'Opt out', exact: true }).click();
  const dialog = texter.getByRole('dialog');
  await expect(dialog.getByRole('textbox', { name: 'Confirming message' })).toHaveValue(/^You are opted out/);
  await axe(texter);
  await dialog.getByRole('button', { name: 'Opt out', exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(list(texter, 'Opt outs')).toContainText('1');
  await expect(texter.getByText('The contact has opted out: nothing can be sent.')).toBeVisible();
  await expect(sendButton(texter)).toHaveAttribute('aria-disabled', 'true');
  await expect(texter.getByRole('log').getByText('You are opted out')).toBeVisible();
  await texter.getByRole('button', { name: 'Opt in', exact: true }).click();
  await dialog.getByRole('button', { name: 'Opt in', exact: true }).click();
  await expect(list(texter, 'Opt outs')).toContainText('0');
  await expect(sendButton(texter)).not.toHaveAttribute('aria-disabled', 'true');
});

test('a texter calls the admins, who take it up', async ({ page, anotherPerson, complaints }) => {
  complaints.expect(/status of (?:409|422)/);
  const campaign = await textedCampaign(page);
  const texter = await anotherPerson();
  await openMessenger(texter, campaign);
  await expect(rows(texter)).toHaveCount(4);
  await texter.getByRole('button', { name: 'Escalate' }).click();
  const dialog = texter.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Escalate' }).click();
  await expect(dialog.getByRole('alert')).toContainText('Write to the admins what this is about.');
  await dialog.getByRole('textbox', { name: 'Note to the admins' }).fill('They ask for the candidate.');
  await dialog.getByRole('button', { name: 'Escalate' }).click();
  await expect(rows(texter)).toHaveCount(3);
  await page.goto(`${campaign.path}/messenger?as=unassigned&tab=initial`);
  await rows(page).filter({ hasText: 'Escalated' }).click();
  await expect(page.getByText('They ask for the candidate.')).toBeVisible();
  await page.getByRole('button', { name: 'End escalation' }).click();
  await expect(page.getByText('They ask for the candidate.')).toBeHidden();
});

test('by the keyboard alone, from the list to the last message', async ({ page, anotherPerson }) => {
  const campaign = await textedCampaign(page);
  const texter = await anotherPerson();
  await openMessenger(texter, campaign);
  await expect(rows(texter)).toHaveCount(4);
  await tabTo(texter, texter.getByRole('listbox', { name: 'Initial messages' }));
  const names = await rows(texter).locator('.inbox-name').allTextContents();
  await texter.keyboard.press('ArrowDown');
  await texter.keyboard.press('ArrowDown');
  await texter.keyboard.press('Enter');
  await expect(contact(texter)).toHaveText(names[2]!);
  await expect(box(texter)).toBeFocused();
  for (const left of [3, 2, 1, 0]) {
    await expect(box(texter)).toHaveValue(/^Hi Ada/);
    await texter.keyboard.press('Control+Enter');
    await expect(rows(texter)).toHaveCount(left);
  }
  await expect(texter.getByText('All initial messages are sent.')).toBeVisible();
});

test('on a phone there is one column at a time, and Back leads back', async ({ page, browser, baseURL, axe }) => {
  const campaign = await textedCampaign(page);
  const texter = await phone(browser, baseURL);
  await openMessenger(texter, campaign);
  await expect(rows(texter)).toHaveCount(4);
  await expect(box(texter)).toBeHidden();
  await axe(texter);
  await rows(texter).first().tap();
  await expect(box(texter)).toBeVisible();
  await expect(rows(texter).first()).toBeHidden();
  await axe(texter);
  const wider = await texter.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wider, 'nothing is wider than the phone').toBe(0);
  await texter.getByRole('button', { name: 'Details' }).tap();
  await expect(texter.getByRole('group', { name: 'Will they come?' })).toBeVisible();
  await expect(box(texter)).toBeHidden();
  await axe(texter);
  await texter.getByRole('navigation', { name: 'Details' }).getByRole('button', { name: 'Replies' }).tap();
  await texter.getByRole('button', { name: 'Insert: Where we meet' }).tap();
  await expect(box(texter)).toHaveValue(/We meet at the library, Ada\.$/);
  await texter.getByRole('button', { name: 'List' }).tap();
  await expect(rows(texter)).toHaveCount(4);
  await texter.context().close();
});

test('a list is searched, sorted, and kept in the address', async ({ page }) => {
  await enter(page, '/campaigns', people.admin);
  await page.getByRole('link', { name: 'Weekend of action' }).click();
  await texterRow(page, 'Abby Okafor').getByRole('link', { name: 'Abby Okafor' }).click();
  await expect(list(page, 'Responses')).toHaveAttribute('aria-current', 'true');
  await expect(list(page, 'Responses')).toContainText(/\d+ need reply/);
  await expect(rows(page).first()).toContainText('Needs reply');
  await page.getByRole('button', { name: 'A–Z' }).click();
  await expect(page).toHaveURL(/sort=a-z/);
  const names = async () => (await rows(page).locator('.inbox-name').allTextContents()).map(folded);
  await expect.poll(async () => { const all = await names(); return all.length > 10 && all.every((name, at) => at === 0 || all[at - 1]!.split(' ')[0]! <= name.split(' ')[0]!); }).toBe(true);
  await page.getByRole('searchbox', { name: 'Search responses' }).fill('a');
  await expect(page).toHaveURL(/q=a/);
  await page.reload();
  await expect(page.getByRole('button', { name: 'A–Z' })).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByRole('searchbox', { name: 'Search responses' })).toHaveValue('a');
  await page.getByRole('searchbox', { name: 'Search responses' }).fill('nobody is called this');
  await expect(page.getByText('Nobody here is called “nobody is called this”.')).toBeVisible();
});

test('a search that is too long says so, and what was typed stays', async ({ page, complaints }) => {
  complaints.expect(/status of 422/);
  await enter(page, '/campaigns', people.admin);
  await page.getByRole('link', { name: 'Weekend of action' }).click();
  await texterRow(page, 'Abby Okafor').getByRole('link', { name: 'Abby Okafor' }).click();
  const search = page.getByRole('searchbox', { name: 'Search responses' });
  await search.fill('one two three four five six');
  await expect(page.getByText('A search has at most 5 words, this one has 6. Leave out some of them.')).toBeVisible();
  await expect(search).toHaveValue('one two three four five six');
  await search.fill('a');
  await expect(page.getByText('A search has at most')).toHaveCount(0);
  await expect(rows(page).first()).toBeVisible();
});

test('a draft survives its tab, and ends with the session', async ({ page, anotherPerson }) => {
  const campaign = await textedCampaign(page);
  const texter = await anotherPerson();
  await openMessenger(texter, campaign);
  await expect(box(texter)).toHaveValue(/^Hi Ada/);
  await box(texter).fill('My very own words');
  const address = texter.url();
  const next = await texter.context().newPage();
  await texter.close();
  await next.goto(address);
  await expect(box(next)).toHaveValue('My very own words');
  expect(await next.evaluate(() => localStorage.getItem('letters'))).toContain('My very own words');
  await next.getByRole('button', { name: /^Account/ }).click();
  await next.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(next.getByLabel('Password')).toBeVisible();
  expect(await next.evaluate(() => localStorage.getItem('letters'))).toBeNull();
});

test('of a long list only what is in sight is drawn and kept fresh, and scrolling fetches the rest', async ({ page }) => {
  const campaign = await enterCampaign(page, { contacts: 600 });
  await page.goto(`${campaign.path}/messenger?as=unassigned&tab=initial`);
  const listbox = page.getByRole('listbox', { name: 'Initial messages' });
  await expect(rows(page).first()).toBeVisible();
  expect(await rows(page).count()).toBeLessThan(60);
  const id = async (row: Locator) => Number((await row.getAttribute('id'))!.split('-').at(-1));
  const first = await id(rows(page).first());
  // Each look down finds what has come by then, and a page comes in its own time.
  const furthest = async () => {
    await listbox.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    return rows(page).last().getAttribute('aria-posinset');
  };
  await expect.poll(furthest).toBe('600');
  expect(await rows(page).count()).toBeLessThan(60);

  // What changes in sight is fetched, and not all that stands above it.
  let asked = 0;
  page.on('request', (request) => {
    if (request.url().endsWith('/api/messenger/list')) asked += 1;
  });
  await give(page, await id(rows(page).last()), campaign.texters[0]!);
  await expect(rows(page).last()).toHaveAttribute('aria-posinset', '599');
  expect(asked).toBeLessThan(4);
  // What changed above is fetched when it is looked at.
  await give(page, first, campaign.texters[0]!);
  await listbox.evaluate((element) => element.scrollTo(0, 0));
  await expect(rows(page).first()).toHaveAttribute('aria-posinset', '1');
  await expect.poll(() => id(rows(page).first())).not.toBe(first);
});

test('all initial messages go out with one click, where the organization allows it', async ({ page, anotherPerson, axe }) => {
  const campaign = await textedCampaign(page, { contacts: 8, given: 6 });
  const texter = await anotherPerson();
  await openMessenger(texter, campaign);
  await expect(rows(texter)).toHaveCount(6);
  const all = texter.getByRole('button', { name: 'Send all 6' });
  await expect(all).toHaveCount(0);
  const settings = await ask<object>(page, 'organization/settings');
  await ask(page, 'organization/save-settings', { settings: { ...settings, send_all: 'On' } });
  try {
    await texter.reload();
    await all.click();
    const dialog = texter.getByRole('dialog');
    await expect(dialog).toContainText('6 messages go out at once');
    await axe(texter);
    await dialog.getByRole('button', { name: 'Send 6 messages' }).click();
    await expect(dialog.getByText('6 of 6 sent.')).toBeVisible();
    await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
    await expect(texter.getByText('No initial messages to send.')).toBeVisible();
    await expect(texter.getByRole('log').getByText('Hi Ada, will you come on Saturday?')).toBeVisible();
    const [first] = await listed(page, campaign, { Member: campaign.texters[0]! }, 'Initial');
    expect(first, 'nothing is left to send').toBeUndefined();
    expect(await holdings(page, campaign)).toEqual({ Unassigned: 2, 'Abby Okafor': 6 });
  } finally {
    await ask(page, 'organization/save-settings', { settings });
  }
});
