// The texters of a campaign: created, added, deactivated, removed.
import { addUser, ask, enterCampaign, expect, holdings, message, MoveDialog, people, signIn, tab, test, texterRow } from '../fixtures/index.ts';

test('a member is created, and signs in through the one-time link once', async ({ page, anotherPerson, complaints }, info) => {
  complaints.expect(/status of (4\d\d)/);
  await enterCampaign(page);
  await tab(page, 'Texters').click();
  await page.getByRole('button', { name: 'New member' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Nia Watts');
  await dialog.getByLabel('E-mail address').fill('abby@demo.example');
  await dialog.getByRole('button', { name: 'Create member' }).click();
  await expect(dialog.getByRole('alert').filter({ hasText: /./ })).toBeVisible();
  await expect(dialog.getByLabel('Name'), 'what was typed is kept').toHaveValue('Nia Watts');
  const email = `nia${info.workerIndex}@demo.example`;
  await dialog.getByLabel('E-mail address').fill(email);
  await dialog.getByRole('button', { name: 'Create member' }).click();
  const link = await dialog.getByLabel('Sign-in link').inputValue();
  expect(link).toMatch(/\/link\/[0-9a-f]{64}$/);
  await dialog.getByRole('button', { name: 'Done' }).click();
  const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: 'Nia Watts' }) });
  await expect(row).toContainText('Invited, link not used yet');

  const nia = await anotherPerson();
  await nia.goto(link);
  await expect(nia.getByRole('heading', { name: 'Welcome, Nia Watts' })).toBeVisible();
  await nia.getByLabel('New password').fill('short');
  await nia.getByRole('button', { name: 'Save and sign in' }).click();
  await expect(nia.getByText('Choose a password of 10 to 200 characters.')).toBeVisible();
  await nia.getByLabel('New password').fill('a long enough one');
  await nia.getByRole('button', { name: 'Save and sign in' }).click();
  await expect(nia.getByRole('heading', { name: 'Your assignments' })).toBeVisible();
  await expect(nia.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Campaigns' })).toBeHidden();

  const again = await anotherPerson();
  await again.goto(link);
  await expect(again.getByRole('heading', { name: 'This link does not work' })).toBeVisible();
  await expect(again.getByText(/^This link was used already or has ended/)).toBeVisible();
  await page.reload();
  await expect(row).toContainText('Active');
});

test('texters are added, deactivated and activated', async ({ page }) => {
  await enterCampaign(page, { texters: [] });
  await tab(page, 'Texters').click();
  await expect(page.getByText('No texters yet')).toBeVisible();
  await page.getByRole('button', { name: 'Add texters' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Add texter' }).click();
  await expect(dialog.getByText('Choose at least one member.')).toBeVisible();
  const picker = dialog.getByRole('combobox', { name: 'Members of your organization' });
  for (const name of ['Grace Lee', 'Hana Sato']) {
    await picker.fill(name);
    await picker.press('Enter');
  }
  await picker.press('Escape');
  await dialog.getByRole('button', { name: 'Add 2 texters' }).click();
  await expect(message(page, '2 texters added.')).toBeVisible();
  const row = (name: string) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) });
  await expect(row('Grace Lee')).toBeVisible();

  await page.getByRole('button', { name: 'Actions for Hana Sato' }).click();
  await page.getByRole('menuitem', { name: 'Deactivate…' }).click();
  await expect(dialog.getByRole('heading', { name: 'Deactivate Hana Sato?' })).toBeVisible();
  await dialog.getByRole('button', { name: 'Deactivate Hana Sato' }).click();
  await expect(row('Hana Sato')).toContainText('Deactivated');
  await tab(page, 'Conversations').click();
  const move = await MoveDialog.open(page, 'Bulk Reassign All');
  await move.to.fill('Hana');
  await expect(page.getByText('Nobody has a name like this.')).toBeVisible();
  await move.to.press('Escape');
  await move.dialog.getByRole('button', { name: 'Cancel' }).click();

  await tab(page, 'Texters').click();
  await page.getByRole('button', { name: 'Actions for Hana Sato' }).click();
  await page.getByRole('menuitem', { name: 'Activate', exact: true }).click();
  await expect(message(page, 'Hana Sato can sign in again.')).toBeVisible();
  await expect(row('Hana Sato')).not.toContainText('Deactivated');
});

test('removing a texter who holds conversations asks where they go, with a preview', async ({ page }) => {
  const campaign = await enterCampaign(page);
  const move = await MoveDialog.open(page, 'Bulk Reassign Some');
  await move.number.fill('5');
  await move.give('Abby Okafor');
  await move.confirm('Move 5 conversations').click();
  await expect(message(page, '5 moved to Abby Okafor')).toBeVisible();

  await tab(page, 'Texters').click();
  await page.getByRole('button', { name: 'Actions for Abby Okafor' }).click();
  await page.getByRole('menuitem', { name: 'Remove from campaign…' }).click();
  const removal = new MoveDialog(page);
  await expect(removal.dialog.getByRole('heading', { name: 'Remove Abby Okafor from this campaign' })).toBeVisible();
  await expect(removal.dialog.getByText('Abby Okafor holds 5 conversations. Choose where they go.')).toBeVisible();
  await expect(removal.headline).toHaveText('5 moved to Unassigned');
  await removal.give('Lindsey Tran');
  await expect(removal.headline).toHaveText('5 moved to Lindsey Tran');
  await removal.confirm('Remove Abby Okafor and move 5 conversations').click();
  await expect(message(page, /^Abby Okafor removed from the campaign; 5 moved to Lindsey Tran$/)).toBeVisible();
  await expect(page.getByRole('rowheader', { name: 'Abby Okafor' })).toBeHidden();
  expect(await holdings(page, campaign)).toEqual({ Unassigned: 7, 'Lindsey Tran': 5 });
  const members = await ask<{ name: string; on_campaign: boolean }[]>(page, 'texters/list', { campaign: campaign.id });
  expect(members.find(({ name }) => name === 'Abby Okafor')?.on_campaign).toBe(false);

  await tab(page, 'History').click();
  await expect(page.getByRole('main').getByRole('listitem').first()).toContainText('Texter removed');
});

test('a texter who has a page open is online, and offline when it is closed', async ({ page, anotherPerson }) => {
  await enterCampaign(page);
  const abby = texterRow(page, 'Abby Okafor');
  await expect(abby).toContainText('Offline');
  const theirs = await anotherPerson();
  await signIn(theirs, people.texter);
  await expect(theirs.getByRole('heading', { name: 'Your assignments' })).toBeVisible();
  await expect(abby).toContainText('Online');
  await theirs.close();
  await expect(abby).toContainText('Offline');
});

test('whose address has an account already is invited, and the admin is told what they need', async ({ page, server, axe, anotherPerson, complaints }, info) => {
  complaints.expect(/status of 4\d\d/);
  const email = `ilse${info.workerIndex}@demo.example`;
  const link = await addUser(server.database, { name: 'Ilse Brandt', email, role: 'admin', organization: 'Harbor Votes' });
  const ilse = await anotherPerson();
  await ilse.goto(link);
  await ilse.getByLabel('New password').fill('a long enough one');
  await ilse.getByRole('button', { name: 'Save and sign in' }).click();
  await expect(ilse.getByRole('heading', { name: 'Campaigns', level: 1 })).toBeVisible();

  const campaign = await enterCampaign(page);
  await tab(page, 'Texters').click();
  await page.getByRole('button', { name: 'New member' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Ilse Brandt');
  await dialog.getByLabel('E-mail address').fill(email);
  await dialog.getByRole('button', { name: 'Create member' }).click();
  await expect(dialog.getByText(`${email} has an account on this server already.`)).toBeVisible();
  await axe(page);
  await dialog.getByRole('button', { name: 'Done' }).click();
  const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: 'Ilse Brandt' }) });
  await expect(row).toContainText('Invited, link not used yet');

  // Work can be put ready, and whoever has the account sees nothing of it.
  await tab(page, 'Conversations').click();
  const move = await MoveDialog.open(page, 'Bulk Reassign Some');
  await move.number.fill('2');
  await move.give('Ilse Brandt');
  await move.confirm('Move 2 conversations').click();
  await expect(message(page, '2 moved to Ilse Brandt')).toBeVisible();
  expect(await holdings(page, campaign)).toMatchObject({ 'Ilse Brandt': 2 });
  const organizations = await ask<{ name: string }[]>(ilse, 'session/organizations', {});
  expect(organizations.map(({ name }) => name)).toEqual(['Harbor Votes']);

  await tab(page, 'Texters').click();
  await page.getByRole('button', { name: 'Actions for Ilse Brandt' }).click();
  await page.getByRole('menuitem', { name: 'Withdraw invitation…' }).click();
  await expect(dialog.getByRole('heading', { name: 'Withdraw the invitation of Ilse Brandt?' })).toBeVisible();
  await dialog.getByRole('button', { name: 'Withdraw invitation' }).click();
  await expect(message(page, 'The invitation of Ilse Brandt was withdrawn.')).toBeVisible();
  await expect(row).toContainText('Invitation withdrawn');
  await page.getByRole('button', { name: 'Actions for Ilse Brandt' }).click();
  await page.getByRole('menuitem', { name: 'Invite again' }).click();
  await expect(row).toContainText('Invited, link not used yet');
});
