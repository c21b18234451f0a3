// axe on every page and every open dialog, in both themes; the phone; the narrowest window.
import { contactFile, enter, enterCampaign, expect, fits, message, MoveDialog, people, Server, signIn, tab, test } from '../fixtures/index.ts';

// axe takes its time on a large page, twice for the two themes.
test.describe.configure({ timeout: 180_000 });

test('signing in', async ({ page, axe, complaints }) => {
  complaints.expect(/status of 4\d\d/);
  await page.goto('/');
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await page.getByLabel('E-mail address').fill(people.admin.email);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert').filter({ hasText: /./ })).toBeVisible();
  await axe(page);
  await fits(page, 'signing in');
  await page.goto('/link/0000000000000000000000000000000000000000000000000000000000000000');
  await expect(page.getByRole('heading', { name: 'This link does not work' })).toBeVisible();
  await axe(page);
  await page.goto('/nowhere');
  await expect(page.getByRole('heading', { name: 'This page does not exist' })).toBeVisible();
  await axe(page);
});

test('the campaigns', async ({ page, axe }) => {
  await enter(page, '/campaigns?status=all');
  await expect(page.getByRole('link', { name: 'Spring phone bank' })).toBeVisible();
  await axe(page);
  await fits(page, 'the campaigns');
  await page.getByRole('button', { name: 'New campaign' }).click();
  await expect(page.getByRole('dialog').getByRole('heading', { name: 'New campaign' })).toBeVisible();
  await axe(page);
  await fits(page, 'the dialog of a new campaign');
});

test('the overview', async ({ page, axe }) => {
  await enter(page, '/campaigns');
  await page.getByRole('link', { name: 'Weekend of action' }).click();
  await expect(page.getByRole('rowheader', { name: 'Abby Okafor' })).toBeVisible();
  await axe(page);
  await fits(page, 'the overview');
  await page.getByRole('button', { name: 'Bulk Reassign' }).click();
  await expect(page.getByRole('menuitem', { name: 'Bulk Reassign Some' })).toBeVisible();
  await axe(page);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^Account of / }).click();
  await expect(page.getByRole('menuitem', { name: 'Sign out' })).toBeVisible();
  await axe(page);
});

test('a bulk move, its undo, and the history', async ({ page, axe }) => {
  await enterCampaign(page);
  const move = await MoveDialog.open(page, 'Bulk Reassign Some');
  await axe(page);
  await move.number.fill('0');
  await expect(move.dialog.getByRole('alert').filter({ hasText: 'Choose at least 1' })).toBeVisible();
  await axe(page);
  await move.number.fill('6');
  await move.give('Abby Okafor', 'Lindsey Tran');
  await expect(move.headline).toHaveText('6 moved, 3 to Abby Okafor, 3 to Lindsey Tran');
  await axe(page);
  await fits(page, 'the dialog of a bulk move');
  await move.to.click();
  await expect(page.getByRole('option', { name: 'Abby Okafor' })).toBeVisible();
  await axe(page);
  await move.to.press('Escape');
  await move.confirm('Move 6 conversations').click();
  await expect(message(page, '6 moved, 3 to Abby Okafor, 3 to Lindsey Tran')).toBeVisible();
  await axe(page);
  await tab(page, 'History').click();
  await page.getByRole('button', { name: '6 moved, 3 to Abby Okafor, 3 to Lindsey Tran', exact: true }).click();
  await expect(page.getByRole('main').getByRole('table')).toBeVisible();
  await axe(page);
  await fits(page, 'the history');
  await page.getByRole('button', { name: 'Undo: 6 moved' }).click();
  await expect(move.confirm('Restore 6 conversations')).toBeEnabled();
  await axe(page);
  await fits(page, 'the dialog of an undo');
});

test('a preview that another admin changed', async ({ page, anotherPerson, axe }) => {
  const campaign = await enterCampaign(page);
  const mine = await MoveDialog.open(page, 'Bulk Reassign All');
  await mine.give('Abby Okafor');
  await expect(mine.headline).toHaveText('12 moved to Abby Okafor');
  const other = await anotherPerson();
  await enter(other, campaign.path, people.anotherAdmin);
  const theirs = await MoveDialog.open(other, 'Bulk Reassign Some');
  await theirs.number.fill('5');
  await theirs.give('Lindsey Tran');
  await theirs.confirm('Move 5 conversations').click();
  await expect(mine.dialog.getByText('The campaign changed while this was open.')).toBeVisible();
  await axe(page);
  await fits(page, 'a preview with marks');
});

test('the texters and their dialogs', async ({ page, axe }) => {
  await enterCampaign(page);
  await tab(page, 'Texters').click();
  await expect(page.getByRole('rowheader', { name: 'Abby Okafor' })).toBeVisible();
  await axe(page);
  await fits(page, 'the texters');
  const dialog = page.getByRole('dialog');
  for (const [button, title] of [['New member', 'New member'], ['Add texters', 'Add texters']] as const) {
    await page.getByRole('button', { name: button }).click();
    await expect(dialog.getByRole('heading', { name: title })).toBeVisible();
    await axe(page);
    await fits(page, `the dialog ${title}`);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  }
  for (const [item, title] of [['Remove from campaign…', 'Remove Abby Okafor from this campaign'], ['Deactivate…', 'Deactivate Abby Okafor?'], ['New sign-in link', 'Sign-in link']] as const) {
    await page.getByRole('button', { name: 'Actions for Abby Okafor' }).click();
    await page.getByRole('menuitem', { name: item }).click();
    await expect(dialog.getByRole('heading', { name: title })).toBeVisible();
    await axe(page);
    await fits(page, `the dialog ${title}`);
    await dialog.getByRole('button', { name: 'Close' }).click();
    await expect(dialog).toBeHidden();
  }
});

test('the import and the message', async ({ page, axe }) => {
  const campaign = await enterCampaign(page, { contacts: 0, texters: [] });
  await axe(page);
  await page.goto(`${campaign.path}/contacts`);
  const choose = page.getByLabel('Choose a file');
  await expect(page.getByText('Drop a file with contacts here')).toBeVisible();
  await axe(page);
  await fits(page, 'choosing a file');
  const file = `${contactFile(5)}\nBen,Lee,12\n`;
  await choose.setInputFiles({ name: 'contacts.csv', mimeType: 'text/csv', buffer: Buffer.from(file) });
  await expect(page.getByRole('button', { name: 'Check the contacts' })).toBeVisible();
  await axe(page);
  await fits(page, 'matching columns');
  await page.getByRole('button', { name: 'Check the contacts' }).click();
  await expect(page.getByRole('button', { name: 'Import 5 contacts' })).toBeVisible();
  await axe(page);
  await fits(page, 'checking contacts');
  await page.getByRole('button', { name: 'Import 5 contacts' }).click();
  await expect(page.getByRole('heading', { name: '5 contacts imported' })).toBeVisible();
  await axe(page);
  await fits(page, 'the result of an import');
  await page.getByRole('link', { name: 'Write the message' }).click();
  await page.getByRole('textbox', { name: 'Initial message' }).fill('Hi {first_name}!');
  await expect(page.getByText('Hi Ada!').first()).toBeVisible();
  await axe(page);
  await fits(page, 'the message');
  await page.getByRole('textbox', { name: 'Initial message' }).fill('Hi {nobody}!');
  await expect(page.getByRole('alert').filter({ hasText: 'There is no placeholder {nobody}.' })).toBeVisible();
  await axe(page);
});

test('the account, an archived campaign, and what a texter sees', async ({ page, anotherPerson, axe }) => {
  await enter(page, '/account');
  await expect(page.getByText('This browser')).toBeVisible();
  await axe(page);
  await fits(page, 'the account');
  await page.goto('/campaigns?status=archived');
  await page.getByRole('link', { name: 'Spring phone bank' }).click();
  await expect(page.getByText('This campaign is archived: nothing moves in it any more.')).toBeVisible();
  await axe(page);
  const abby = await anotherPerson();
  await signIn(abby, people.texter);
  await expect(abby.getByRole('heading', { name: 'Your assignments' })).toBeVisible();
  await axe(abby);
  await fits(abby, 'what a texter sees');
});

test('signing in again above an open dialog', async ({ page, axe, complaints }) => {
  complaints.expect(/status of 401/);
  await enterCampaign(page);
  const move = await MoveDialog.open(page, 'Bulk Reassign All');
  await move.give('Abby Okafor');
  await page.context().clearCookies();
  await move.confirm('Move 12 conversations').click();
  await expect(page.getByRole('heading', { name: 'Sign in again' })).toBeVisible();
  await axe(page);
  await fits(page, 'signing in again');
});

test('setting up', async ({ browser, axe, complaints }, info) => {
  const server = await Server.start(`set_up_${info.workerIndex}`, 'empty');
  const context = await browser.newContext({ baseURL: server.url });
  try {
    complaints.listen(context);
    const page = await context.newPage();
    const found = () => server.printed.map((line) => /http:\S+\/(?:set-up|link)\/[0-9a-f]{64}/.exec(line)?.[0]).find((link) => link !== undefined);
    await expect.poll(found).toBeDefined();
    await page.goto(found()!);
    await expect(page.getByRole('heading', { name: 'Set up Handoff' })).toBeVisible();
    await axe(page);
    await fits(page, 'setting up');
  } finally {
    await context.close();
    await server.remove();
  }
});

test('on a phone, a move is made from a row', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await enterCampaign(page);
  await page.getByRole('button', { name: 'Actions for Unassigned' }).click();
  await page.getByRole('menuitem', { name: 'Reassign some' }).click();
  const move = new MoveDialog(page);
  await expect(move.dialog.getByRole('heading', { name: 'Reassign some from Unassigned' })).toBeVisible();
  await move.number.fill('4');
  await move.give('Lindsey Tran');
  await expect(move.headline).toBeInViewport();
  await expect(move.confirm('Move 4 conversations')).toBeInViewport({ ratio: 1 });
  await move.confirm('Move 4 conversations').click();
  await expect(message(page, '4 moved to Lindsey Tran')).toBeVisible();
});
