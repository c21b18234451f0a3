// Escalated conversations: found, answered, given away and dealt with by admins.
import type { Locator, Page } from '@playwright/test';
import { ask, contactsWrite, expect, fits, holdings, listed, people, startFirst, test, textedCampaign, type Campaign } from '../fixtures/index.ts';

test.describe.configure({ timeout: 120_000 });

const contact = (page: Page): Locator => page.getByRole('region', { name: 'Conversation', exact: true }).getByRole('heading', { level: 2 });
const escalated = (page: Page): Locator => page.getByRole('list', { name: 'Escalated' }).getByRole('button');
const lists = (page: Page): Locator => page.getByRole('navigation', { name: 'Lists' });
const viewing = (page: Page): Locator => page.getByRole('region', { name: 'Viewing as' });

/** Escalates the first conversations of the campaign's first texter, and answers who they are with. */
async function escalate(page: Page, texter: Page, campaign: Campaign, notes: string[]): Promise<{ id: number; name: string }[]> {
  await ask(texter, 'session/sign-in', people.texter);
  const rows = await listed(page, campaign, { Member: campaign.texters[0]! });
  const made = rows.slice(0, notes.length).map((row) => ({ id: row.id, name: `${row.first_name} ${row.last_name}` }));
  for (const [at, note] of notes.entries()) await ask(texter, 'messenger/escalate', { conversation: made[at]!.id, note });
  return made;
}

test('what texters escalate is counted in the overview, listed with its note, answered, given away and dealt with', async ({ page, anotherPerson, axe }) => {
  const campaign = await textedCampaign(page);
  await page.goto(campaign.path);
  await expect(page.getByRole('heading', { level: 1, name: campaign.name })).toBeVisible();
  const waiting = page.getByRole('link', { name: /escalated conversation/ });
  await expect(waiting).toHaveCount(0);
  const notes = ['They ask for the candidate.', 'A journalist.', 'They want to donate a large sum, and ask to whom.'];
  const made = await escalate(page, await anotherPerson(), campaign, notes);
  // An overview that is open learns of it.
  await expect(waiting).toHaveText('3 escalated conversations');
  await axe(page);
  await fits(page, 'the overview with escalated conversations');
  await waiting.click();

  await expect(page).toHaveURL(/as=unassigned&tab=escalated/);
  await expect(escalated(page)).toHaveCount(3);
  for (const [at, note] of notes.entries()) {
    await expect(escalated(page).nth(at)).toContainText(made[at]!.name);
    await expect(escalated(page).nth(at)).toContainText(note);
    await expect(escalated(page).nth(at)).toContainText('By Abby Okafor');
  }
  await expect(lists(page).getByRole('button', { name: 'Escalated' })).toHaveAttribute('aria-current', 'true');
  await expect(contact(page)).toHaveText(made[0]!.name);
  await expect(escalated(page).first()).toHaveAttribute('aria-current', 'true');
  await axe(page);

  // Answered, it stays until somebody says that it is dealt with; then the next one is there.
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(escalated(page).first()).toContainText('Waiting');
  await expect(contact(page)).toHaveText(made[0]!.name);
  await page.getByRole('button', { name: 'End escalation' }).click();
  await expect(escalated(page)).toHaveCount(2);
  await expect(contact(page)).toHaveText(made[1]!.name);
  await expect(lists(page).getByRole('button', { name: 'Escalated' })).toContainText('2');

  // Given to somebody, it is still listed, with whom.
  await page.getByRole('button', { name: 'Reassign', exact: true }).click();
  await page.getByRole('dialog', { name: 'Reassign to' }).getByRole('button', { name: 'Lindsey Tran' }).click();
  await expect(escalated(page).first()).toContainText('with Lindsey Tran');
  await page.getByRole('button', { name: 'End escalation' }).click();
  await expect(contact(page)).toHaveText(made[2]!.name);

  // By the keyboard alone, to the end.
  await page.getByRole('button', { name: 'End escalation' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByText('Nothing is escalated.')).toBeVisible();
  await axe(page);
  expect(await holdings(page, campaign)).toEqual({ Unassigned: 4, 'Abby Okafor': 1, 'Lindsey Tran': 1 });
  // The lists of what nobody holds are where they were.
  await lists(page).getByRole('button', { name: 'Initial messages' }).click();
  await expect(page.getByRole('option')).toHaveCount(3);
});

test('each escalated row has the last words of its contact, and names from right to left keep to themselves', async ({ page, anotherPerson, server, axe }) => {
  const campaign = await textedCampaign(page);
  const [first] = await startFirst(page, campaign, { Member: campaign.texters[0]! }, 1);
  await contactsWrite(page, server, [first!]);
  const texter = await anotherPerson();
  await ask(texter, 'session/sign-in', people.texter);
  await ask(texter, 'messenger/escalate', { conversation: first!, note: 'מישהו מהעיתון' });
  const [second] = await escalate(page, texter, campaign, ['Please look.']);
  await page.goto(`${campaign.path}/messenger?as=unassigned&tab=escalated`);
  await expect(escalated(page)).toHaveCount(2);
  await expect(escalated(page).first()).toContainText('Tell me more!');
  await expect(escalated(page).first().getByText('מישהו מהעיתון')).toHaveCSS('direction', 'rtl');
  await expect(escalated(page).last()).toContainText(second!.name);
  await expect(escalated(page).last()).not.toContainText('Tell me more!');
  await axe(page);
  await fits(page, 'escalated rows with last words');
});

test('from any texter’s messenger an admin is one press away from what is escalated; a texter is not', async ({ page, anotherPerson, axe }) => {
  const campaign = await textedCampaign(page);
  const texter = await anotherPerson();
  const [first] = await escalate(page, texter, campaign, ['Please look.', 'This one, too.']);
  await page.goto(`${campaign.path}/messenger?as=${campaign.texters[0]}&tab=initial`);
  await expect(page.getByRole('option')).toHaveCount(2);
  await expect(lists(page).getByRole('button', { name: 'Escalated' })).toHaveCount(0);
  await page.getByRole('button', { name: '2 escalated' }).click();
  await expect(escalated(page)).toHaveCount(2);
  await expect(viewing(page).getByRole('button', { name: 'Unassigned', exact: true })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('option')).toHaveCount(2);
  // A phone: the list, then the conversation, and back.
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`${campaign.path}/messenger?as=unassigned&tab=escalated`);
  await expect(escalated(page)).toHaveCount(2);
  await axe(page);
  await fits(page, 'the list of what is escalated');
  await escalated(page).first().click();
  await expect(contact(page)).toHaveText(first!.name);
  await expect(page.getByRole('region', { name: 'Conversation', exact: true }).getByText('Please look.')).toBeVisible();
  await axe(page);
  await fits(page, 'an escalated conversation');
  await page.getByRole('button', { name: 'List' }).click();
  await expect(escalated(page)).toHaveCount(2);
  // In a texter's address the word means nothing.
  await texter.goto(`${campaign.path}/messenger?tab=escalated`);
  await expect(texter.getByRole('option')).toHaveCount(2);
  await expect(texter.getByRole('button', { name: /escalated/i })).toHaveCount(0);
});
