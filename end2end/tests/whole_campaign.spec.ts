// A whole campaign, from its start to its export: an admin and two texters in browsers of their own, and contacts who
// answer. Nothing is reloaded: what somebody does is on the others' screens.
import type { Locator, Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { ask, enterCampaign, expect, fits, listed, message, MoveDialog, people, progressOf, signIn, tab, tabTo, test, texterRow } from '../fixtures/index.ts';

test.describe.configure({ timeout: 240_000 });

const NAMES = [
  'Ana', 'Ben', 'Cora', 'Dan', 'Elif', 'Finn', 'Gus', 'Hira', 'Ines', 'Jon', 'Kaya', 'Leo',
  'Mina', 'Nils', 'Orla', 'Pia', 'Quin', 'Ravi', 'Sol', 'Tess', 'Uma', 'Vic', 'Wren', 'Zed',
];
/** Numbers that no other test uses: who opts out does so in every campaign. */
const phoneOf = (name: string) => `+1971555${String(100 + NAMES.indexOf(name)).padStart(4, '0')}`;
const FILE = ['First,Last,Phone,City', ...NAMES.map((name) => `${name},Park,${phoneOf(name)},Oakdale`)].join('\n');

const box = (page: Page): Locator => page.getByRole('textbox', { name: / to \S+ Park/ });
const send = (page: Page): Locator => page.getByRole('button', { name: 'Send', exact: true });
const rows = (page: Page): Locator => page.getByRole('option');
const row = (page: Page, name: string): Locator => rows(page).filter({ hasText: `${name} Park` });
const contact = (page: Page): Locator => page.getByRole('region', { name: 'Conversation', exact: true }).getByRole('heading', { level: 2 });
const list = (page: Page, name: string): Locator => page.getByRole('navigation', { name: 'Lists' }).getByRole('button', { name });
const thread = (page: Page): Locator => page.getByRole('log', { name: 'Messages' });
const viewing = (page: Page): Locator => page.getByRole('region', { name: 'Viewing as' });
const standing = (page: Page, words: string): Locator => page.locator('.standing').filter({ hasText: words }).locator('.standing-count');

/** How long somebody waits until something is on the screen, in milliseconds. */
async function seen(shown: Promise<void>): Promise<number> {
  const began = performance.now();
  await shown;
  return Math.round(performance.now() - began);
}

test('a campaign is launched, texted, answered, surveyed, watched and exported', async ({ page: admin, anotherPerson, server, complaints, axe }, info) => {
  // Who lost a conversation is told to whom.
  complaints.expect(/status of 409.*\/messenger\/thread/s);
  const [abby, lindsey] = [await anotherPerson(), await anotherPerson()];
  const campaign = await test.step('an admin prepares and launches it', async () => {
    const made = await enterCampaign(admin, { contacts: 0 });
    await tab(admin, 'Contacts').click();
    await admin.getByLabel('Choose a file').setInputFiles({ name: 'contacts.csv', mimeType: 'text/csv', buffer: Buffer.from(FILE) });
    await admin.getByRole('button', { name: 'Check the contacts' }).click();
    await admin.getByRole('button', { name: 'Import 24 contacts' }).click();
    await admin.getByRole('link', { name: 'Write the message' }).click();
    await admin.getByRole('textbox', { name: 'Initial message' }).fill('Hi {first_name}, will you come to {city} on Saturday?');
    await admin.getByRole('button', { name: 'Save message' }).click();
    await expect(message(admin, 'Message saved.')).toBeVisible();
    await ask(admin, 'campaigns/save-hours', { campaign: made.id, time_zone: 'UTC', hours: [0, 1440], window: [null, null] });
    const question = { text: 'Will they come?', answers: { Choice: [{ id: 1, text: 'Yes' }, { id: 2, text: 'No' }] } };
    await ask(admin, 'surveys/save', { campaign: made.id, id: made.id + 1, question });
    await ask(admin, 'replies/save', { campaign: made.id, id: made.id + 2, title: 'Library', text: 'We meet at the library, {first_name}.' });
    await tab(admin, 'Conversations').click();
    const move = await MoveDialog.open(admin, 'Bulk Reassign Some');
    await move.number.fill('20');
    await move.give('Abby Okafor', 'Lindsey Tran');
    await move.confirm('Move 20 conversations').click();
    await expect(progressOf(admin, 'Abby')).toHaveText('0 / 10');
    await admin.getByRole('button', { name: 'Start', exact: true }).click();
    await expect(admin.locator('.campaign-head').getByText('Active', { exact: true })).toBeVisible();
    return made;
  });
  const ofAbby = (await listed(admin, campaign, { Member: campaign.texters[0]! })).map((one) => one.first_name);
  const ofLindsey = (await listed(admin, campaign, { Member: campaign.texters[1]! })).map((one) => one.first_name);
  expect([ofAbby.length, ofLindsey.length]).toEqual([10, 10]);

  await test.step('a texter sends a batch of ten by keyboard alone, and the admin watches', async () => {
    await expect(texterRow(admin, 'Abby Okafor')).toContainText('Offline');
    await signIn(abby, people.texter);
    await expect(texterRow(admin, 'Abby Okafor')).toContainText('Online');
    const link = abby.getByRole('listitem').filter({ hasText: campaign.name }).getByRole('link', { name: '10 initial messages to send' });
    await tabTo(abby, link);
    await abby.keyboard.press('Enter');
    await expect(rows(abby)).toHaveCount(10);
    await tabTo(abby, abby.getByRole('listbox', { name: 'Initial messages' }));
    await abby.keyboard.press('Enter');
    for (const [at, name] of ofAbby.entries()) {
      await expect(contact(abby)).toHaveText(`${name} Park`);
      await expect(box(abby)).toHaveValue(`Hi ${name}, will you come to Oakdale on Saturday?`);
      await expect(box(abby), 'the cursor stays in the box').toBeFocused();
      await abby.keyboard.press('Control+Enter');
      await expect(rows(abby)).toHaveCount(9 - at);
    }
    await expect(abby.getByText('All initial messages are sent.')).toBeVisible();
    await expect(abby.getByText('10 conversations wait in silence')).toBeVisible();
    await expect(progressOf(admin, 'Abby')).toHaveText('10 / 10');
    await expect(standing(admin, 'Waiting')).toHaveText('10');
    await axe(abby);
  });

  const [eager, weary, curious] = ofAbby as [string, string, string];
  await test.step('a contact answers, and it is on the texter’s screen at once', async () => {
    server.contactWrites(phoneOf(eager), 'Yes, gladly!');
    const waited = await seen(expect(list(abby, 'Responses')).toContainText('1 needs reply'));
    info.annotations.push({ type: 'milliseconds until an answer is counted', description: String(waited) });
    await expect(standing(admin, 'Needs reply')).toHaveText('1');
    await abby.getByRole('button', { name: 'Answer who waits' }).click();
    await expect(contact(abby)).toHaveText(`${eager} Park`);
    await expect(thread(abby).getByText('Yes, gladly!')).toBeVisible();
    server.contactWrites(phoneOf(eager), 'What time?');
    const read = await seen(expect(thread(abby).getByText('What time?')).toBeVisible());
    info.annotations.push({ type: 'milliseconds until an answer is read', description: String(read) });
    await axe(abby);
  });

  await test.step('the texter answers with a recommended reply and records the survey', async () => {
    await abby.getByRole('navigation', { name: 'Details' }).getByRole('button', { name: 'Replies' }).click();
    await abby.getByRole('button', { name: 'Insert: Library' }).click();
    await expect(box(abby)).toHaveValue(`We meet at the library, ${eager}.`);
    await expect(box(abby)).toBeFocused();
    await axe(abby);
    await abby.keyboard.press('Control+Enter');
    await expect(thread(abby).getByText(`We meet at the library, ${eager}.`)).toBeVisible();
    await expect(box(abby)).toHaveValue('');
    await abby.getByRole('navigation', { name: 'Details' }).getByRole('button', { name: 'Survey' }).click();
    const question = abby.getByRole('group', { name: 'Will they come?' });
    await question.getByRole('radio', { name: 'Yes' }).check();
    await expect(question.getByRole('status')).toContainText('Abby Okafor');
    await expect(standing(admin, 'Replied')).toHaveText('1');
  });

  await test.step('who writes STOP has opted out', async () => {
    server.contactWrites(phoneOf(weary), 'STOP');
    await expect(list(abby, 'Opt outs')).toContainText('1');
    await expect(standing(admin, 'Opted out')).toHaveText('1');
    await list(abby, 'Opt outs').click();
    await row(abby, weary).click();
    await expect(abby.getByText('The contact has opted out: nothing can be sent.')).toBeVisible();
    await expect(send(abby)).toHaveAttribute('aria-disabled', 'true');
    await axe(abby);
  });

  await test.step('the admin opens the texter’s messenger and gives a conversation away while the texter types', async () => {
    server.contactWrites(phoneOf(curious), 'Who is this?');
    await list(abby, 'Responses').click();
    await row(abby, curious).click();
    await expect(contact(abby)).toHaveText(`${curious} Park`);
    await box(abby).fill('My own words');
    await signIn(lindsey, people.anotherTexter, `${campaign.path}/messenger?tab=responses`);
    await expect(lindsey.getByText('No responses yet.')).toBeVisible();

    await texterRow(admin, 'Abby Okafor').getByRole('link', { name: 'Abby Okafor' }).click();
    await expect(viewing(admin)).toContainText('10 of 10 sent');
    await expect(viewing(admin)).toContainText('Online');
    await viewing(admin).getByRole('button', { name: 'Abby Okafor', exact: true }).click();
    const picker = admin.getByRole('dialog', { name: 'Texters' });
    await expect(picker.getByRole('row').filter({ hasText: 'Lindsey Tran' })).toContainText('Online');
    await admin.keyboard.press('Escape');
    await row(admin, curious).click();
    await expect(contact(admin)).toHaveText(`${curious} Park`);
    await admin.getByRole('button', { name: 'Reassign', exact: true }).click();
    await admin.getByRole('dialog', { name: 'Reassign to' }).getByRole('button', { name: 'Lindsey Tran' }).click();
    await expect(message(admin, /1 moved to Lindsey Tran/)).toBeVisible();

    const notice = abby.getByRole('status').filter({ hasText: 'Reassigned to Lindsey Tran at' });
    await expect(notice).toBeVisible();
    await expect(send(abby)).toHaveAttribute('aria-disabled', 'true');
    await expect(box(abby)).toHaveValue('My own words');
    await expect(abby.getByRole('button', { name: 'Copy draft' })).toBeVisible();
    await expect(row(abby, curious)).toHaveCount(0);
    await expect(row(lindsey, curious)).toContainText('Needs reply');
    await axe(abby);
  });

  await test.step('the other texter, on a phone, answers and calls the admins', async () => {
    await fits(lindsey, 'the responses');
    await lindsey.setViewportSize({ width: 390, height: 844 });
    // On a wide screen the first conversation was open beside the list.
    await lindsey.getByRole('button', { name: 'List' }).click();
    await expect(box(lindsey)).toBeHidden();
    await row(lindsey, curious).click();
    await expect(thread(lindsey).getByText('Who is this?')).toBeVisible();
    await axe(lindsey);
    await box(lindsey).fill('A volunteer. You signed up with us.');
    await send(lindsey).click();
    await expect(thread(lindsey).getByText('A volunteer. You signed up with us.')).toBeVisible();
    server.contactWrites(phoneOf(curious), 'I want to talk to the press office');
    await expect(thread(lindsey).getByText('I want to talk to the press office')).toBeVisible();
    await lindsey.getByRole('button', { name: 'Escalate' }).click();
    const dialog = lindsey.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Note to the admins' }).fill('Somebody from a newspaper.');
    await axe(lindsey);
    await dialog.getByRole('button', { name: 'Escalate' }).click();
    await expect(lindsey.getByText('No responses yet.')).toBeVisible();
  });

  await test.step('an admin takes it up, resolves it and opens it again', async () => {
    await viewing(admin).getByRole('button', { name: 'Abby Okafor', exact: true }).click();
    await admin.getByRole('dialog', { name: 'Texters' }).getByRole('button', { name: 'Unassigned' }).click();
    await list(admin, 'Responses').click();
    await row(admin, curious).click();
    await expect(admin.getByText('Somebody from a newspaper.')).toBeVisible();
    await axe(admin);
    await admin.getByRole('button', { name: 'End escalation' }).click();
    await expect(admin.getByText('Somebody from a newspaper.')).toBeHidden();
    await admin.getByRole('button', { name: 'Resolve' }).click();
    await expect(row(admin, curious)).toContainText('Resolved');
    await admin.getByRole('button', { name: 'Reopen' }).click();
    await expect(row(admin, curious)).toContainText('Needs reply');
    await admin.getByRole('button', { name: 'Resolve' }).click();
    await expect(row(admin, curious)).toContainText('Resolved');
  });

  await test.step('what happened stands in the exported files', async () => {
    await admin.getByRole('link', { name: 'Conversations', exact: true }).click();
    await expect(standing(admin, 'Resolved')).toHaveText('1');
    await tab(admin, 'Settings').click();
    const file = async (name: string): Promise<string[]> => {
      const [download] = await Promise.all([
        admin.waitForEvent('download'),
        admin.getByRole('main').getByRole('link', { name, exact: true }).last().click(),
      ]);
      return (await readFile(await download.path(), 'utf8')).trim().split(/\r?\n/);
    };
    const line = (lines: string[], ...parts: string[]) => lines.filter((line) => parts.every((part) => line.includes(part)));
    const conversations = await file('Conversations');
    expect(conversations).toHaveLength(25);
    expect(line(conversations, phoneOf(eager), 'Abby Okafor', 'Replied')).toHaveLength(1);
    expect(line(conversations, phoneOf(weary), 'Abby Okafor')).toHaveLength(1);
    expect(line(conversations, phoneOf(curious), 'Resolved')).toHaveLength(1);
    expect(line(conversations, 'Lindsey Tran')).toHaveLength(10);
    const messages = await file('Messages');
    // Ten initial messages, five from contacts, two replies, and the line of names.
    expect(messages).toHaveLength(18);
    expect(line(messages, `We meet at the library, ${eager}.`, 'Abby Okafor')).toHaveLength(1);
    expect(line(messages, 'STOP')).toHaveLength(1);
    expect(line(messages, 'A volunteer. You signed up with us.', 'Lindsey Tran')).toHaveLength(1);
    const answers = await file('Survey answers');
    expect(line(answers, 'Will they come?', 'Yes', 'Abby Okafor')).toHaveLength(1);
  });
});
