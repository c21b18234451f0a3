// What contacts write to be left alone, what their phones write for them, and answers that come late.
import type { Locator, Page } from '@playwright/test';
import { ask, enter, expect, give, importContacts, listed, openMessenger, test, textedCampaign, type Campaign } from '../fixtures/index.ts';

const log = (page: Page): Locator => page.getByRole('log', { name: 'Messages' });

/** Makes a campaign that has written to one contact, with a number that no other test uses: answers go where we wrote. */
async function begun(page: Page, phone: string): Promise<{ campaign: Campaign; conversation: number }> {
  const campaign = await textedCampaign(page, { contacts: 0, given: 0 });
  await importContacts(page, campaign.id, `First,Last,Phone\nAda,Park,${phone}`);
  const [first] = await listed(page, campaign, 'Unassigned');
  const conversation = first!.id;
  await give(page, conversation, campaign.texters[0]!);
  await ask(page, 'messenger/send', {
    conversation, message: conversation, kind: 'Initial', follow_up: null, text: 'Will you come? Reply STOP to opt out', all: false,
  });
  return { campaign, conversation };
}

test('a reaction of a phone is shown as one, and asks for nothing', async ({ page, anotherPerson, server, axe }) => {
  const phone = '+13605550141';
  const { campaign, conversation } = await begun(page, phone);
  const texter = await anotherPerson();
  await openMessenger(texter, campaign, 'responses');
  server.contactWrites(phone, 'Liked “Will you come? Reply STOP to opt out”');
  await texter.getByRole('option').first().click();
  await expect(log(texter).locator('.said-done')).toHaveText('Liked');
  await expect(log(texter).locator('.said-quoted')).toHaveText('Will you come? Reply STOP to opt out');
  await expect(log(texter).getByText('This may ask to be left alone.')).toBeHidden();
  await axe(texter);
  // In words of their own, it is marked.
  server.contactWrites(phone, 'No me escriba más');
  await expect(log(texter).getByText('This may ask to be left alone. Read it, and opt out if it does.')).toBeVisible();
  expect((await ask<{ state: { opted_out: boolean } }>(page, 'messenger/thread', { conversation })).state.opted_out).toBe(false);
  // As an opt-out line has it, it is done.
  server.contactWrites(phone, 'stop2quit');
  await expect(log(texter).getByText('Opted out with this message')).toBeVisible();
  await ask(page, 'messenger/opt-in', { conversation, confirmation: null });
});

test('who opts out while the dialog is open gets no confirmation', async ({ page, anotherPerson, server }) => {
  const phone = '+13605550142';
  const { campaign, conversation } = await begun(page, phone);
  server.contactWrites(phone, 'Who is this?');
  const texter = await anotherPerson();
  await openMessenger(texter, campaign, 'responses');
  await texter.getByRole('option').first().click();
  await texter.getByRole('button', { name: 'Opt out', exact: true }).click();
  const dialog = texter.getByRole('dialog');
  await expect(dialog.getByRole('textbox', { name: 'Confirming message' })).toBeVisible();
  server.contactWrites(phone, 'STOP');
  await expect(dialog.getByText('They have opted out meanwhile. Nothing is sent to them, no confirming message either.')).toBeVisible();
  await expect(dialog.getByRole('textbox', { name: 'Confirming message' })).toBeHidden();
  await dialog.getByRole('button', { name: 'Opt out', exact: true }).click();
  await expect(dialog).toBeHidden();
  const { messages } = await ask<{ messages: { kind: string | null }[] }>(page, 'messenger/thread', { conversation });
  expect(messages.map(({ kind }) => kind)).toEqual(['Initial', null, null]);
  await ask(page, 'messenger/opt-in', { conversation, confirmation: null });
});

test('an answer to an archived campaign is told to admins until it is dealt with', async ({ page, server, axe }) => {
  const phone = '+13605550143';
  const { campaign, conversation } = await begun(page, phone);
  await ask(page, 'campaigns/act', { campaign: campaign.id, action: 'Archive' });
  await enter(page, '/campaigns');
  const told = page.getByRole('status').filter({ hasText: `${campaign.name} is archived, and got an answer since.` });
  await expect(page.getByRole('heading', { name: 'Campaigns', level: 1 })).toBeVisible();
  await expect(told).toBeHidden();
  server.contactWrites(phone, 'Sorry, I was away. Is it still on?');
  await expect(told).toBeVisible();
  await axe(page);
  await expect(told.getByRole('link', { name: campaign.name })).toHaveAttribute('href', campaign.path);
  await ask(page, 'messenger/resolve', { conversation });
  await expect(told).toBeHidden();
});
