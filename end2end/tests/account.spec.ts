// Signing in and out, the password, the sessions, and the first admin of an empty database.
import type { Page } from '@playwright/test';
import { addUser, enter, expect, fits, message, people, Server, signIn, test } from '../fixtures/index.ts';

async function openAccount(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Account of / }).click();
  await page.getByRole('menuitem', { name: 'Account' }).click();
  await expect(page.getByRole('heading', { name: 'Account', level: 1 })).toBeVisible();
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Account of / }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
}

test('who is not signed in gets pages that complain of nothing', async ({ page }) => {
  // Anything that the browser writes down as an error fails the test.
  for (const [address, heading] of [['/sign-in', 'Sign in'], ['/', 'Sign in'], ['/campaigns/1/history', 'Sign in']]) {
    await page.goto(address!);
    await expect(page.getByRole('heading', { name: heading, exact: true })).toBeVisible();
    await page.waitForLoadState('networkidle');
  }
});

test('a wrong password gets a sentence, the right one the page that was asked for, and signing out ends it', async ({ page, complaints }) => {
  complaints.expect(/status of 4\d\d.*session\/sign-in/);
  await page.goto('/campaigns?search=food');
  await expect(page.getByLabel('E-mail address')).toBeFocused();
  await page.getByLabel('E-mail address').fill(people.admin.email);
  await page.getByLabel('Password').fill('wrong');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert').filter({ hasText: 'The e-mail address or the password is wrong.' })).toBeVisible();
  await expect(page.getByLabel('E-mail address')).toHaveValue(people.admin.email);
  await page.getByLabel('Password').fill(people.admin.password);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('link', { name: 'Food bank volunteers' })).toBeVisible();
  await expect(page).toHaveURL(/\/campaigns\?search=food$/);

  await signOut(page);
  await page.goto('/campaigns');
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
});

test('the sign-in page leads nowhere but into this site', async ({ page }) => {
  const elsewhere = ['//evil.example', '/%09/evil.example', '/%5Cevil.example', '/%0A/evil.example', '/.//evil.example', 'https://evil.example'];
  for (const next of elsewhere) {
    await enter(page, `/sign-in?next=${next}`);
    await expect(page.getByRole('heading', { name: 'Campaigns', level: 1 }), next).toBeVisible();
    await expect(page).toHaveURL(/^http:\/\/[^/]+\/campaigns$/);
  }
  await enter(page, '/sign-in?next=%2Fcampaigns%3Fsearch%3Dfood%2520bank');
  await expect(page).toHaveURL(/\/campaigns\?search=food(%20|\+)bank$/);
});

test('a texter gets no page of an admin', async ({ page }) => {
  await signIn(page, people.texter);
  await expect(page.getByRole('heading', { name: 'Your assignments' })).toBeVisible();
  await page.goto('/campaigns/1/history');
  await expect(page.getByRole('heading', { name: 'Your assignments' })).toBeVisible();
});

test('whoever signs out signs in again where they are then', async ({ page }) => {
  await signIn(page, people.anotherAdmin, '/campaigns');
  await signOut(page);
  await page.getByLabel('E-mail address').fill(people.anotherAdmin.email);
  await page.getByLabel('Password', { exact: true }).fill(people.anotherAdmin.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page).toHaveURL('/campaigns');
  await expect(page.getByRole('heading', { name: 'Campaigns', level: 1 })).toBeVisible();
});

test('sessions are listed and ended', async ({ page, anotherPerson, complaints }) => {
  complaints.expect(/status of 401/);
  const elsewhere = await anotherPerson();
  await enter(elsewhere, '/campaigns', people.anotherAdmin);
  await signIn(page, people.anotherAdmin);
  await openAccount(page);
  const sessions = page.getByRole('table').getByRole('row').filter({ has: page.getByRole('rowheader') });
  const mine = sessions.filter({ hasText: 'This browser' });
  await expect(mine).toHaveCount(1);
  await expect(mine).toContainText('Chrome');
  await expect(mine.getByRole('button')).toHaveCount(0);
  const others = page.getByRole('button', { name: /^End the session of / });
  for (let left = await others.count(); left > 0; left -= 1) {
    await others.first().click();
    await expect(others).toHaveCount(left - 1);
  }
  await elsewhere.reload();
  await expect(elsewhere.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await page.reload();
  await expect(mine).toHaveCount(1);
});

test('whoever belongs to several organizations goes over from one to another', async ({ page, server, axe, complaints }, info) => {
  complaints.expect(/status of 401/);
  const person = { name: 'Ines Ruiz', email: `ines${info.workerIndex}@demo.example` };
  const link = await addUser(server.database, { ...person, role: 'admin', organization: 'River County Votes' });
  await page.goto(link);
  await page.getByLabel('New password').fill('a long enough one');
  await page.getByRole('button', { name: 'Save and sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Campaigns', level: 1 })).toBeVisible();
  await openAccount(page);
  await expect(page.getByText('This browser')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Your organizations' })).toHaveCount(0);

  const invitation = await addUser(server.database, { ...person, role: 'texter', organization: 'Harbor Votes' });
  await page.reload();
  await expect(page.getByText('This browser')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Your organizations' }), 'nothing before the link was used').toHaveCount(0);
  complaints.expect(/status of 422/);
  await page.goto(invitation);
  await expect(page.getByText(`${person.email} has an account here already. Enter its password to come in to Harbor Votes.`)).toBeVisible();
  await axe(page);
  await fits(page, 'a link that takes the password of the account');
  await page.getByLabel('Password').fill('somebody else’s');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText(/^This is not the password of your account\. The link takes 4 more tries\./)).toBeVisible();
  await page.getByLabel('Password').fill('a long enough one');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Your assignments' })).toBeVisible();
  await openAccount(page);
  await page.getByRole('button', { name: 'Go over to River County Votes' }).click();
  await expect(page.getByRole('heading', { name: 'Campaigns', level: 1 })).toBeVisible();
  await openAccount(page);
  const organizations = page.getByRole('row').filter({ hasText: / Votes/ });
  await expect(organizations).toHaveText([/^Harbor Votes\s*Texter\s*Go over$/, /^River County Votes This one\s*Admin\s*$/]);
  await axe(page);
  await fits(page, 'the account with several organizations');
  await page.getByRole('button', { name: 'Go over to Harbor Votes' }).click();
  await expect(page.getByRole('heading', { name: 'Your assignments' })).toBeVisible();
  await openAccount(page);
  await expect(organizations.filter({ hasText: 'This one' })).toContainText('Harbor Votes');
  await page.getByRole('button', { name: 'Go over to River County Votes' }).click();
  await expect(page.getByRole('heading', { name: 'Campaigns', level: 1 })).toBeVisible();
});

test('the first admin sets the server up through the printed link, and changes the password', async ({ browser, complaints, axe }, info) => {
  complaints.expect(/status of 4\d\d/);
  const server = await Server.start(`empty_${info.workerIndex}`, 'empty');
  const context = await browser.newContext({ baseURL: server.url });
  try {
    complaints.listen(context);
    const page = await context.newPage();
    const found = () => server.printed.map((line) => /http:\S+\/(?:set-up|link)\/[0-9a-f]{64}/.exec(line)?.[0]).find((link) => link !== undefined);
    await expect.poll(found).toBeDefined();
    await page.goto(found()!);
    await expect(page.getByRole('heading', { name: 'Set up Handoff' })).toBeVisible();
    await page.getByLabel('Organization').fill('Harbor Votes');
    await page.getByLabel('Country').selectOption({ label: 'United States' });
    await page.getByLabel('Your name').fill('Ada Moss');
    await page.getByLabel('Your e-mail address').fill('ada@example.org');
    await page.getByLabel('Password').fill('short');
    await page.getByRole('button', { name: 'Set up and sign in' }).click();
    await expect(page.getByText('Choose a password of 10 to 200 characters.')).toBeVisible();
    await expect(page.getByLabel('Organization')).toHaveValue('Harbor Votes');
    await page.getByLabel('Password').fill('harbor-lights');
    await page.getByRole('button', { name: 'Set up and sign in' }).click();
    await expect(page.getByText('No campaigns yet')).toBeVisible();
    await expect(page.getByText('Harbor Votes')).toBeVisible();
    // Nobody has written yet.
    await page.goto('/numbers');
    await expect(page.getByText('No unknown number has written.')).toBeVisible();
    await axe(page);
    await fits(page, 'no unknown numbers');

    await openAccount(page);
    await page.getByLabel('Current password').fill('harbor lights?');
    await page.getByLabel('New password').fill('lights-of-harbor');
    await page.getByRole('button', { name: 'Change password' }).click();
    await expect(page.getByText('The current password is wrong. Nothing was changed.')).toBeVisible();
    await page.getByLabel('Current password').fill('harbor-lights');
    await page.getByRole('button', { name: 'Change password' }).click();
    await expect(message(page, 'Password changed. Your other sessions were ended.')).toBeVisible();
    await signOut(page);
    await signIn(page, { email: 'ada@example.org', password: 'lights-of-harbor' });
    await expect(page.getByText('No campaigns yet')).toBeVisible();

    // The link has done its work: nobody becomes a second first admin through it.
    await page.goto(found()!);
    await page.getByLabel('Organization').fill('Pirates');
    await page.getByLabel('Your name').fill('Eve');
    await page.getByLabel('Your e-mail address').fill('eve@example.org');
    await page.getByLabel('Password').fill('harbor-lights');
    await page.getByRole('button', { name: 'Set up and sign in' }).click();
    await expect(page.getByText('This server is set up already. Sign in instead.')).toBeVisible();
    await expect(page.getByRole('link', { name: 'Go to the sign-in page' })).toBeVisible();
  } finally {
    await context.close();
    await server.remove();
  }
});
