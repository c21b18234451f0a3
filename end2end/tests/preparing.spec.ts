// What admins prepare: survey, replies, follow-ups, hours, and what holds for the whole organization.
import type { Locator, Page } from '@playwright/test';
import { ask, enter, enterCampaign, expect, fits, message, tab, start, test, type Campaign } from '../fixtures/index.ts';

// axe takes its time, twice for the two themes.
test.describe.configure({ timeout: 180_000 });

const rows = (page: Page, list: string) => page.getByRole('list', { name: list }).locator(':scope > li');
const titles = (page: Page, list: string) => rows(page, list).getByRole('heading');

/** What the server has, as what the page does goes there by and by. */
async function kept(page: Page, address: string, data: object, words: (one: any) => string, expected: string[]): Promise<void> {
  await expect.poll(async () => (await ask<object[]>(page, address, data)).map(words)).toEqual(expected);
}

const questionsOf = (page: Page, campaign: Campaign, expected: string[]) =>
  kept(page, 'surveys/list', { campaign: campaign.id }, (one) => one.question.text, expected);

async function addQuestion(page: Page, question: string, answers: string[] | 'in words'): Promise<void> {
  await page.getByRole('button', { name: 'Add question' }).click();
  const form = page.getByRole('region', { name: 'New question' });
  await expect(form.getByLabel('Question', { exact: true })).toBeFocused();
  await form.getByLabel('Question', { exact: true }).fill(question);
  if (answers === 'in words') {
    await form.getByRole('radio', { name: 'Writing' }).check();
  } else {
    for (const [at, answer] of answers.entries()) {
      if (at >= 2) await form.getByRole('button', { name: 'Add answer' }).click();
      await form.getByLabel(`Answer ${at + 1}`, { exact: true }).fill(answer);
    }
  }
  await form.getByRole('button', { name: 'Add question' }).click();
  await expect(form).toHaveCount(0);
}

/** Drags a row by its grip onto the upper or lower half of another one. */
async function drag(row: Locator, onto: Locator, half: 'upper' | 'lower'): Promise<void> {
  const page = row.page();
  const [from, to] = [await row.locator('.grip').boundingBox(), await onto.boundingBox()];
  if (from === null || to === null) throw new Error('a row is not on screen');
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(to.x + 20, to.y + to.height * (half === 'upper' ? 0.25 : 0.75), { steps: 4 });
  await page.mouse.up();
}

test('a survey: questions are added, moved by keyboard and by dragging, edited and deleted', async ({ page, axe }) => {
  const campaign = await enterCampaign(page);
  // After the start, too.
  await start(page, campaign);
  await tab(page, 'Survey').click();
  await expect(page.getByText('No questions yet')).toBeVisible();
  await axe(page);
  await fits(page, 'an empty survey');

  await page.getByRole('button', { name: 'Add question' }).click();
  const form = page.getByRole('region', { name: 'New question' });
  await form.getByRole('button', { name: 'Add question' }).click();
  await expect(form.getByRole('alert').filter({ hasText: 'Write the question.' })).toBeVisible();
  await form.getByLabel('Question', { exact: true }).fill('Will you vote?');
  await form.getByLabel('Answer 1', { exact: true }).fill('Yes');
  await form.getByLabel('Answer 2', { exact: true }).fill('yes');
  await form.getByRole('button', { name: 'Add question' }).click();
  await expect(form.getByRole('alert').filter({ hasText: 'The answer "yes" is there twice.' })).toBeVisible();
  await axe(page);
  await fits(page, 'a new question');
  // What was typed is there after a reload.
  await page.reload();
  await expect(form.getByLabel('Answer 2', { exact: true })).toHaveValue('yes');
  await form.getByLabel('Answer 2', { exact: true }).fill('No');
  await form.getByRole('button', { name: 'Add answer' }).click();
  await expect(form.getByLabel('Answer 3', { exact: true })).toBeFocused();
  await page.keyboard.type('Not sure');
  await page.keyboard.press('Enter');
  await expect(message(page, 'Question added.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Add question' })).toBeFocused();
  await addQuestion(page, 'What matters to you?', 'in words');
  await addQuestion(page, 'Can we call you?', ['Yes', 'No']);
  await questionsOf(page, campaign, ['Will you vote?', 'What matters to you?', 'Can we call you?']);

  // By keyboard: the focus stays on the button.
  const up = page.getByRole('button', { name: 'Move Can we call you? up' });
  await up.focus();
  await page.keyboard.press('Enter');
  await expect(titles(page, 'Survey questions')).toHaveText(['Will you vote?', 'Can we call you?', 'What matters to you?']);
  await expect(up).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(titles(page, 'Survey questions')).toHaveText(['Can we call you?', 'Will you vote?', 'What matters to you?']);
  await expect(up).toBeFocused();
  await expect(up).toHaveAttribute('aria-disabled', 'true');
  await expect(page.getByRole('status').filter({ hasText: 'Can we call you? is number 1 of 3 now.' })).toBeAttached();
  await questionsOf(page, campaign, ['Can we call you?', 'Will you vote?', 'What matters to you?']);
  // By dragging.
  const row = (at: number) => rows(page, 'Survey questions').nth(at);
  await drag(row(0), row(2), 'lower');
  await questionsOf(page, campaign, ['Will you vote?', 'What matters to you?', 'Can we call you?']);
  await drag(row(2), row(1), 'upper');
  await questionsOf(page, campaign, ['Will you vote?', 'Can we call you?', 'What matters to you?']);
  await page.reload();
  await expect(titles(page, 'Survey questions')).toHaveText(['Will you vote?', 'Can we call you?', 'What matters to you?']);

  // Two contacts have said yes.
  const [asked] = await ask<{ id: number; question: { answers: { Choice: { id: number }[] } } }[]>(page, 'surveys/list', { campaign: campaign.id });
  const list = { campaign: campaign.id, whose: 'Unassigned', tab: 'Initial', sort: 'NeedsReply', search: '', after: null };
  const { rows: conversations } = await ask<{ rows: { id: number }[] }>(page, 'messenger/list', list);
  for (const { id } of conversations.slice(0, 2)) {
    await ask(page, 'messenger/answer', { conversation: id, question: asked!.id, answer: { Choice: asked!.question.answers.Choice[0]!.id } });
  }
  await page.reload();
  await expect(row(0).getByRole('listitem').filter({ hasText: 'Yes' })).toHaveText('Yes 2');
  await axe(page);
  await fits(page, 'a survey');

  await row(0).getByRole('button', { name: 'Edit Will you vote?' }).click();
  await row(0).getByLabel('Question', { exact: true }).fill('Will you vote on Tuesday?');
  await row(0).getByRole('button', { name: 'Remove answer 1' }).click();
  await expect(row(0).getByText('2 recorded answers are not offered any more then.')).toBeVisible();
  await axe(page);
  await fits(page, 'a question that is edited');
  await row(0).getByRole('button', { name: 'Cancel' }).click();
  await expect(titles(page, 'Survey questions').first()).toHaveText('Will you vote?');
  const edit = row(0).getByRole('button', { name: 'Edit' });
  await expect(edit).toBeFocused();
  await edit.press('Enter');
  await row(0).getByLabel('Answer 1', { exact: true }).fill('Yes, gladly');
  await row(0).getByRole('button', { name: 'Save question' }).click();
  // A renamed answer keeps what was recorded with it.
  await expect(row(0).getByRole('listitem').filter({ hasText: 'Yes, gladly' })).toHaveText('Yes, gladly 2');

  await row(0).getByRole('button', { name: 'Delete Will you vote?' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('2 answers to “Will you vote?” were recorded. They stay in exports');
  await axe(page);
  await dialog.getByRole('button', { name: 'Delete question' }).click();
  await questionsOf(page, campaign, ['Can we call you?', 'What matters to you?']);
  await expect(titles(page, 'Survey questions')).toHaveText(['Can we call you?', 'What matters to you?']);
});

test('an order that cannot be saved is taken back', async ({ page, complaints }) => {
  complaints.expect(/Failed to (?:fetch|load resource)/);
  const campaign = await enterCampaign(page);
  await page.goto(`${campaign.path}/survey`);
  for (const question of ['First?', 'Second?']) await addQuestion(page, question, 'in words');
  await page.route('**/api/surveys/order', (route) => route.abort());
  await page.getByRole('button', { name: 'Move Second? up' }).click();
  await expect(message(page, /The server cannot be reached/)).toBeVisible();
  await expect(titles(page, 'Survey questions')).toHaveText(['First?', 'Second?']);
});

test('recommended replies: placeholders are checked, and the order is made by hand', async ({ page, axe }) => {
  const campaign = await enterCampaign(page);
  await tab(page, 'Messages').click();
  await page.getByRole('link', { name: 'Replies', exact: true }).click();
  await expect(page).toHaveURL(`${campaign.path}/message?part=replies`);
  await expect(page.getByText('No recommended replies yet')).toBeVisible();
  await axe(page);
  await page.getByRole('button', { name: 'Add reply' }).click();
  const form = page.getByRole('region', { name: 'New reply' });
  await form.getByLabel('Title').fill('Where to vote');
  await form.getByRole('textbox', { name: 'Text' }).fill('It’s at {polling_place}, {first_name|friend}.');
  await expect(form.getByText('characters, 1 segment before placeholders are filled in')).toBeVisible();
  await expect(form.getByText('Because of ⁨’⁩ a segment has room for 70 characters instead of 160.')).toBeVisible();
  await form.getByRole('button', { name: 'Add reply' }).click();
  await expect(form.getByRole('alert').filter({ hasText: 'There is no placeholder {polling_place}.' })).toBeVisible();
  await expect(form.getByRole('textbox', { name: 'Text' })).toHaveValue('It’s at {polling_place}, {first_name|friend}.');
  await axe(page);
  await fits(page, 'a new reply');
  expect(await ask(page, 'replies/list', { campaign: campaign.id })).toEqual([]);
  await form.getByRole('textbox', { name: 'Text' }).fill('It is at the school, ');
  await form.getByRole('button', { name: 'Insert {first_name}' }).click();
  await expect(form.getByRole('textbox', { name: 'Text' })).toHaveValue('It is at the school, {first_name}');
  await form.getByRole('button', { name: 'Add reply' }).click();
  await expect(message(page, 'Reply added.')).toBeVisible();

  await page.getByRole('button', { name: 'Add reply' }).click();
  await form.getByLabel('Title').fill('Goodbye');
  await form.getByRole('textbox', { name: 'Text' }).fill('Have a good day!');
  await form.getByRole('button', { name: 'Add reply' }).click();
  await page.getByRole('button', { name: 'Move Where to vote down' }).click();
  await kept(page, 'replies/list', { campaign: campaign.id }, (one) => one.title, ['Goodbye', 'Where to vote']);
  await axe(page);
  await fits(page, 'the replies');
  await page.getByRole('button', { name: 'Delete Goodbye' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete reply' }).click();
  await expect(titles(page, 'Recommended replies')).toHaveText(['Where to vote']);
});

test('follow-ups: to everyone, to one status, to one answer, and until they expire', async ({ page, axe }) => {
  const campaign = await enterCampaign(page);
  const question = { text: 'Will you come?', answers: { Choice: [{ id: 11, text: 'Yes' }, { id: 12, text: 'No' }] } };
  await ask(page, 'surveys/save', { campaign: campaign.id, id: 10 + campaign.id, question });
  const hours = { campaign: campaign.id, time_zone: 'America/New_York', hours: [540, 1260], window: [null, null] };
  await ask(page, 'campaigns/save-hours', hours);
  await page.goto(`${campaign.path}/message?part=follow-ups`);
  await expect(page.getByText('No follow-ups yet')).toBeVisible();
  await page.getByRole('button', { name: 'Add follow-up' }).click();
  const form = page.getByRole('region', { name: 'New follow-up' });
  await form.getByLabel('Title').fill('Reminder');
  await form.getByRole('textbox', { name: 'Text' }).fill('See you on Saturday, {first_name}!');
  await form.getByRole('radio', { name: 'An answer' }).check();
  await form.getByLabel('Answer', { exact: true }).selectOption('Will you come? No');
  await form.getByRole('radio', { name: 'A status' }).check();
  await form.getByLabel('Status', { exact: true }).selectOption('Replied');
  await form.getByRole('radio', { name: 'An answer' }).check();
  await expect(form.getByLabel('Answer', { exact: true }).locator('option:checked')).toHaveText('Will you come? No');
  await form.getByLabel('Expires').fill('2020-01-01T09:00');
  await form.getByRole('button', { name: 'Add follow-up' }).click();
  await expect(form.getByRole('alert').filter({ hasText: 'This follow-up expires before it can be sent.' })).toBeVisible();
  await axe(page);
  await fits(page, 'a new follow-up');
  await form.getByLabel('Expires').fill('2050-01-15T09:00');
  await form.getByRole('button', { name: 'Add follow-up' }).click();
  await expect(message(page, 'Follow-up added.')).toBeVisible();
  const saved = await ask<{ audience: object; expires_at: number; sent: number }[]>(page, 'follow-ups/list', { campaign: campaign.id });
  // Nine in the morning in New York, in winter.
  expect(saved).toMatchObject([{ audience: { Answer: [10 + campaign.id, 12] }, expires_at: Date.parse('2050-01-15T14:00Z') * 1000, sent: 0 }]);
  const row = rows(page, 'Follow-ups, the newest first').first();
  await expect(row).toContainText('To those who answered “Will you come? No”');
  await expect(row).toContainText('Not sent to anybody yet');
  await axe(page);
  await fits(page, 'the follow-ups');
  await row.getByRole('button', { name: 'Edit Reminder' }).click();
  await expect(row.getByLabel('Expires')).toHaveValue('2050-01-15T09:00');
  await row.getByRole('radio', { name: 'Everyone' }).check();
  await row.getByRole('button', { name: 'Save follow-up' }).click();
  await expect(row).toContainText('To everyone');
  await row.getByRole('button', { name: 'Delete Reminder' }).click();
  await expect(page.getByRole('dialog')).toContainText('“Reminder” was not sent to anybody yet, and will not be.');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete follow-up' }).click();
  await expect(page.getByText('No follow-ups yet')).toBeVisible();
});

test('hours and the window for initial messages, in the time zone of the campaign', async ({ page, axe }) => {
  await page.clock.setFixedTime(new Date('2026-01-15T12:00:00Z'));
  const campaign = await enterCampaign(page);
  await start(page, campaign);
  await tab(page, 'Settings').click();
  const zone = page.getByLabel('Time zone');
  await zone.fill('new york');
  await zone.blur();
  await expect(zone).toHaveValue('America/New_York');
  await expect(page.getByText('It is 07:00 there now.')).toBeVisible();
  await expect(page.getByText('Closed now. Opens today at 09:00.')).toBeVisible();
  const save = page.getByRole('button', { name: 'Save settings' });
  await page.getByLabel('Closes').fill('08:30');
  await save.click();
  await expect(page.getByRole('alert').filter({ hasText: 'The hours open at 09:00 and close at 08:30' })).toBeVisible();
  await expect(page.getByLabel('Closes')).toHaveValue('08:30');
  await axe(page);
  await fits(page, 'settings with an error');
  await page.getByLabel('Opens').fill('06:30');
  await page.getByLabel('Closes').fill('00:00');
  await expect(page.getByText('Open now. Closes at 24:00, in 17 hours.')).toBeVisible();
  await page.getByLabel('From', { exact: true }).fill('2026-02-02T10:00');
  await page.getByLabel('Until', { exact: true }).fill('2026-02-01T10:00');
  await expect(page.getByRole('alert').filter({ hasText: 'The window for initial messages ends before it starts.' })).toBeVisible();
  await page.getByLabel('Until', { exact: true }).fill('2026-07-01T10:00');
  await expect(page.getByText('Not open yet. It opens')).toBeVisible();
  // Before it is saved, a reload loses nothing.
  await page.reload();
  await expect(page.getByLabel('Until', { exact: true })).toHaveValue('2026-07-01T10:00');
  await save.click();
  await expect(message(page, 'Settings saved.')).toBeVisible();
  const micro = (text: string) => Date.parse(text) * 1000;
  expect(await ask(page, 'campaigns/hours', { campaign: campaign.id })).toMatchObject({
    time_zone: 'America/New_York',
    hours: [390, 1440],
    // Winter and summer.
    window: [micro('2026-02-02T15:00Z'), micro('2026-07-01T14:00Z')],
  });
  await page.reload();
  await expect(page.getByLabel('Closes')).toHaveValue('00:00');
  await expect(page.getByLabel('Until', { exact: true })).toHaveValue('2026-07-01T10:00');
  await expect(save).toHaveAttribute('aria-disabled', 'true');
  await axe(page);
  await fits(page, 'settings');
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Conversations', exact: true }).last().click();
  expect((await download).suggestedFilename()).toMatch(/\.csv$/);
  await zone.fill('Atlantis');
  await save.click();
  await expect(page.getByRole('alert').filter({ hasText: 'This is not a time zone.' })).toBeVisible();
  await page.getByRole('button', { name: 'Discard changes' }).click();
  await expect(zone).toHaveValue('America/New_York');
});

test('what holds for the organization, for admins alone', async ({ page, axe, anotherPerson }) => {
  await enter(page, '/campaigns');
  await page.getByRole('button', { name: /^Account of / }).click();
  await page.getByRole('menuitem', { name: 'Organization' }).click();
  await expect(page.getByRole('heading', { name: 'Organization', level: 1 })).toBeVisible();
  await axe(page);
  await fits(page, 'the organization');
  const before = await ask<object>(page, 'organization/settings');
  try {
    const phones = page.getByRole('checkbox', { name: 'See phone numbers' });
    const sendAll = page.getByRole('checkbox', { name: 'Send all with one click' });
    await phones.setChecked(true);
    await sendAll.setChecked(true);
    await expect(page.getByText('Carriers and the law may treat messages')).toBeVisible();
    await page.getByLabel('Time zone').fill('Europe/Berlin');
    const batch = page.getByLabel('Batch size');
    await expect(batch).toHaveValue('300');
    await batch.fill('5001');
    await page.getByRole('button', { name: 'Save settings' }).click();
    await expect(page.getByRole('alert').filter({ hasText: 'Write a batch size from 1 to 5,000 conversations, in digits.' })).toBeVisible();
    await expect(batch).toHaveValue('5001');
    await axe(page);
    await batch.fill('250');
    await page.getByRole('button', { name: 'Save settings' }).click();
    await expect(message(page, 'Settings saved.')).toBeVisible();
    expect(await ask(page, 'organization/settings')).toEqual({ phones_visible: 'On', send_all: 'On', time_zone: 'Europe/Berlin', batch_size: 250 });
    // What a campaign gives that says nothing itself.
    const campaign = await ask<number>(page, 'campaigns/create', { name: 'Batches of the organization' });
    expect(await ask(page, 'self-assignment/get', { campaign })).toMatchObject({ batch: null, organization_batch: 250 });
  } finally {
    await ask(page, 'organization/save-settings', { settings: before });
  }
  // Replies of the organization know no custom field.
  await page.getByRole('button', { name: 'Add reply' }).click();
  const form = page.getByRole('region', { name: 'New reply' });
  await form.getByLabel('Title').fill('Thanks');
  await form.getByRole('textbox', { name: 'Text' }).fill('Thank you, {precinct}!');
  await form.getByRole('button', { name: 'Add reply' }).click();
  await expect(form.getByRole('alert').filter({ hasText: 'Use one of {first_name}, {last_name}, {texter_first_name}, {texter_last_name}.' })).toBeVisible();
  await form.getByRole('textbox', { name: 'Text' }).fill('Thank you, {first_name}!');
  await form.getByRole('button', { name: 'Add reply' }).click();
  await expect(titles(page, 'Recommended replies').filter({ hasText: 'Thanks' })).toBeVisible();
  await page.getByRole('button', { name: 'Delete Thanks' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete reply' }).click();
  await expect(page.getByText('Thank you, {first_name}!')).toHaveCount(0);

  const abby = await anotherPerson();
  await enter(abby, '/organization', { email: 'abby@demo.example', password: 'handoff-demo' });
  await expect(abby.getByRole('heading', { name: 'Your assignments' })).toBeVisible();
  await abby.getByRole('button', { name: /^Account of / }).click();
  await expect(abby.getByRole('menuitem', { name: 'Account' })).toBeVisible();
  await expect(abby.getByRole('menuitem', { name: 'Organization' })).toHaveCount(0);
});
