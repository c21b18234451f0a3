// The list of campaigns, and what is done with one.
import { ask, enter, enterCampaign, expect, message, test } from '../fixtures/index.ts';

test('a campaign is created, renamed, started, paused, resumed, archived and restored', async ({ page, complaints, axe }) => {
  complaints.expect(/status of 422/);
  await enter(page, '/campaigns');
  await page.getByRole('button', { name: 'New campaign' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel('Name')).toBeFocused();
  await dialog.getByRole('button', { name: 'Create campaign' }).click();
  await expect(dialog.getByText('Give the campaign a name.')).toBeVisible();
  await dialog.getByLabel('Name').fill('Autumn canvass');
  await dialog.getByLabel('Name').press('Enter');
  await expect(page.getByRole('heading', { name: 'Autumn canvass', level: 1 })).toBeVisible();
  const head = page.locator('.campaign-head');
  await expect(head.getByText('Draft')).toBeVisible();

  const more = page.getByRole('button', { name: 'More actions for this campaign' });
  await more.click();
  await page.getByRole('menuitem', { name: 'Rename…' }).click();
  await dialog.getByLabel('Name').fill('Winter canvass');
  await dialog.getByRole('button', { name: 'Rename campaign' }).click();
  await expect(page.getByRole('heading', { name: 'Winter canvass', level: 1 })).toBeVisible();
  await expect(page).toHaveTitle(/Winter canvass/);

  // What it lacks is listed, and without a message it does not start.
  const startButton = page.getByRole('button', { name: 'Start', exact: true });
  await startButton.click();
  await expect(dialog.getByRole('heading', { name: 'Start Winter canvass?' })).toBeVisible();
  await expect(dialog.getByRole('listitem')).toHaveText([/^It has no initial message/, /^It has no contacts/, /^It has no texters/]);
  await expect(dialog.getByRole('button', { name: 'Start anyway' })).toBeHidden();
  await axe(page);
  await dialog.getByRole('link', { name: 'Write the message' }).last().click();
  await page.getByRole('textbox', { name: 'Initial message' }).fill('Hi {first_name}!');
  await page.getByRole('button', { name: 'Save message' }).click();
  await expect(message(page, 'Message saved.')).toBeVisible();
  await expect(page.getByText('Not saved yet')).toBeHidden();
  await startButton.click();
  await expect(dialog.getByRole('listitem')).toHaveText([/^It has no contacts/, /^It has no texters/]);
  await dialog.getByRole('button', { name: 'Start anyway' }).click();
  await expect(head.getByText('Active', { exact: true })).toBeVisible();

  for (const [press, status] of [['Pause', 'Paused'], ['Resume', 'Active']] as const) {
    await page.getByRole('button', { name: press, exact: true }).click();
    await expect(head.getByText(status, { exact: true })).toBeVisible();
  }
  await more.click();
  await page.getByRole('menuitem', { name: 'Archive…' }).click();
  await expect(dialog.getByRole('heading', { name: 'Archive Winter canvass?' })).toBeVisible();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(head.getByText('Active', { exact: true })).toBeVisible();
  await more.click();
  await page.getByRole('menuitem', { name: 'Archive…' }).click();
  await dialog.getByRole('button', { name: 'Archive campaign' }).click();
  await expect(message(page, 'Winter canvass is archived now.')).toBeVisible();

  // A name from right to left keeps to itself in sentences.
  const hebrew = await ask<number>(page, 'campaigns/create', { name: 'קמפיין חורף' });
  await page.goto(`/campaigns/${hebrew}`);
  await more.click();
  await page.getByRole('menuitem', { name: 'Archive…' }).click();
  await expect(dialog.getByRole('heading', { name: 'Archive \u2068קמפיין חורף\u2069?' })).toBeVisible();
  await dialog.getByRole('button', { name: 'Archive campaign' }).click();
  await expect(message(page, '\u2068קמפיין חורף\u2069 is archived now.')).toBeVisible();

  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Campaigns' }).click();
  await expect(page.getByRole('link', { name: 'Pledge to vote' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Winter canvass' })).toBeHidden();
  await page.getByRole('combobox', { name: 'Status' }).selectOption({ label: await optionWith(page, 'Archived') });
  await page.getByRole('link', { name: 'Winter canvass' }).click();
  await page.getByRole('button', { name: 'Restore', exact: true }).click();
  await expect(head.getByText('Paused', { exact: true })).toBeVisible();
});

test('a campaign is copied with what was prepared in it, and without its contacts', async ({ page }) => {
  const { id, name } = await enterCampaign(page);
  await ask(page, 'campaigns/save-message', { campaign: id, message: 'Hi {first_name}, will you vote?' });
  await ask(page, 'replies/save', { campaign: id, id: 7_001, title: 'Where', text: 'At the town hall' });
  await page.getByRole('button', { name: 'More actions for this campaign' }).click();
  await page.getByRole('menuitem', { name: 'Copy…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Copy campaign' });
  await expect(dialog.getByLabel('Name')).toHaveValue(`Copy of ${name}`);
  await expect(dialog.getByText('Contacts, texters, dates and the invite link are not.')).toBeVisible();
  await dialog.getByLabel('Name').fill('Second round');
  await dialog.getByRole('button', { name: 'Copy campaign' }).click();
  await expect(page.getByRole('heading', { name: 'Second round', level: 1 })).toBeVisible();
  await expect(page.locator('.campaign-head').getByText('Draft')).toBeVisible();
  await page.getByRole('navigation', { name: 'Campaign' }).getByRole('link', { name: 'Messages' }).click();
  await expect(page.getByLabel('Initial message')).toHaveValue('Hi {first_name}, will you vote?');
  await page.goto(`/campaigns/${id}`);
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
});

test('the demo campaigns in every status, searched and sorted, as the address bar says', async ({ page }) => {
  await enter(page, '/campaigns?status=all');
  const table = page.getByRole('table');
  const row = (name: string) => table.getByRole('row').filter({ has: page.getByRole('link', { name }) });
  for (const [name, status] of [['Weekend of action', 'Active'], ['Food bank volunteers', 'Paused'], ['Town hall invitation', 'Draft'], ['Spring phone bank', 'Archived']] as const) {
    await expect(row(name)).toContainText(status);
  }
  await expect(row('Weekend of action')).toContainText('1,240');

  const names = () => table.getByRole('row').getByRole('link').allInnerTexts();
  await page.getByRole('columnheader', { name: 'Progress' }).getByRole('button').click();
  await expect(page).toHaveURL(/sort=-progress/);
  expect((await names())[0]).toContain('Weekend of action');
  await page.getByRole('columnheader', { name: 'Campaign', exact: true }).getByRole('button').click();
  await expect(page).toHaveURL(/sort=name/);
  const byName = await names();
  expect(byName).toEqual([...byName].sort((one, other) => (one.toLowerCase() < other.toLowerCase() ? -1 : 1)));
  expect(byName.length).toBeGreaterThanOrEqual(5);

  await page.getByRole('searchbox', { name: 'Search campaigns' }).fill('WEEK');
  await expect(page).toHaveURL(/search=WEEK/);
  await expect(table.getByRole('row')).toHaveCount(2);
  await page.reload();
  await expect(page.getByRole('searchbox', { name: 'Search campaigns' })).toHaveValue('WEEK');
  await expect(page.getByRole('columnheader', { name: 'Campaign', exact: true })).toHaveAttribute('aria-sort', 'ascending');
  await expect(row('Weekend of action')).toBeVisible();
  await expect(table.getByRole('row')).toHaveCount(2);
  await page.getByRole('searchbox', { name: 'Search campaigns' }).fill('no such campaign');
  await expect(page.getByText('No campaign matches')).toBeVisible();
  await page.getByRole('button', { name: 'Clear search and filter' }).click();
  await expect(row('Weekend of action')).toBeVisible();
});

test('an address that is no campaign says so', async ({ page, complaints }) => {
  complaints.expect(/status of 404/);
  await enter(page, '/campaigns/999999');
  await expect(page.getByText('This campaign does not exist.')).toBeVisible();
  await page.goto('/campaigns/nonsense');
  await expect(page.getByRole('heading', { name: 'This page does not exist' })).toBeVisible();
  await page.goto('/nowhere/at/all');
  await expect(page.getByRole('heading', { name: 'This page does not exist' })).toBeVisible();
});

/** The whole words of the answer that begins so: it has a count behind it. */
async function optionWith(page: import('@playwright/test').Page, words: string): Promise<string> {
  const all = await page.getByRole('combobox', { name: 'Status' }).getByRole('option').allInnerTexts();
  const found = all.find((text) => text.startsWith(words));
  expect(found, `${words} among ${all.join(', ')}`).toBeDefined();
  return found!;
}

test('several campaigns are ticked and archived in one act, those on screen alone', async ({ page }) => {
  await enter(page, '/campaigns');
  for (const name of ['Ticked one', 'Ticked two', 'Not ticked']) {
    await page.getByRole('button', { name: 'New campaign' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill(name);
    await page.getByRole('dialog').getByLabel('Name').press('Enter');
    await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Campaigns' }).click();
  }
  const archive = page.getByRole('button', { name: /^Archive .*ticked…$/ });
  await expect(archive).toHaveAttribute('aria-disabled', 'true');
  await page.getByRole('searchbox', { name: 'Search campaigns' }).fill('ticked');
  await page.getByRole('checkbox', { name: 'Tick all campaigns shown' }).check();
  await page.getByRole('checkbox', { name: 'Tick Not ticked' }).uncheck();
  await expect(page.getByRole('button', { name: 'Archive 2 ticked…' })).toBeVisible();
  // What the search hides is not archived with the rest.
  await page.getByRole('searchbox', { name: 'Search campaigns' }).fill('ticked one');
  await expect(page.getByRole('button', { name: 'Archive 1 ticked…' })).toBeVisible();
  await page.getByRole('searchbox', { name: 'Search campaigns' }).fill('ticked');
  await page.getByRole('button', { name: 'Archive 2 ticked…' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('heading', { name: 'Archive 2 campaigns?' })).toBeVisible();
  await dialog.getByRole('button', { name: 'Archive campaigns' }).click();
  await expect(message(page, '2 campaigns are archived now.')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Not ticked' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Ticked one' })).toBeHidden();
  await expect(archive).toHaveAttribute('aria-disabled', 'true');
});
