// An invite link: from the tap on it to the first message sent, and what it says to those whom it does not let in.
import type { Locator, Page } from '@playwright/test';
import {
  ask, enter, expect, fits, handOut, holdings, inviteTo, operations, people, phone, pooledCampaign, strangerOf, test, type Campaign,
} from '../fixtures/index.ts';

test.describe.configure({ timeout: 120_000 });

const box = (page: Page): Locator => page.getByRole('textbox', { name: / to Ada Park/ });
const send = (page: Page): Locator => page.getByRole('button', { name: 'Send', exact: true });
const rows = (page: Page): Locator => page.getByRole('option');
const said = (page: Page, words: string | RegExp): Locator => page.getByRole('status').getByText(words);
const heading = (page: Page, name: string): Locator => page.getByRole('heading', { level: 1, name });
const account = (page: Page): Locator => page.getByRole('button', { name: 'I have an account' });

const PASSWORD = 'a long way home';
let newcomers = 0;

/** Somebody who has never been here. */
function newcomer(): { name: string; email: string; password: string } {
  newcomers += 1;
  const email = `nora${newcomers}.${test.info().workerIndex}.${Date.now()}@example.org`;
  return { name: 'Nora Quist', email, password: PASSWORD };
}

async function signUp(page: Page, who: { name: string; email: string; password: string }): Promise<void> {
  await page.getByLabel('Your name').fill(who.name);
  await page.getByLabel('E-mail address').fill(who.email);
  await page.getByLabel('Password').fill(who.password);
  await page.getByRole('button', { name: 'Sign up and join' }).click();
}

/** A campaign of which nobody is a texter yet, and its link. */
async function invited(page: Page, contacts = 8): Promise<{ campaign: Campaign; link: string }> {
  const campaign = await pooledCampaign(page, { contacts, texters: [], batch: 5 });
  return { campaign, link: await inviteTo(page, campaign) };
}

for (const device of ['a phone', 'a desktop'] as const) {
  test(`from the link to the first message on ${device}`, async ({ page, browser, baseURL, anotherPerson, complaints, axe }) => {
    const { campaign, link } = await invited(page);
    const texter = device === 'a phone' ? await phone(browser, baseURL) : await anotherPerson();
    complaints.listen(texter.context());
    await texter.goto(link);
    await expect(heading(texter, `Join ${campaign.name}`)).toBeVisible();
    await expect(texter.getByText('invites you to text for them.')).toContainText('River County Votes');
    await expect(texter.getByLabel('Your name')).toBeFocused();
    await axe(texter);
    await fits(texter, 'an invitation');
    await signUp(texter, newcomer());

    // One press is all that is left to do.
    await expect(box(texter)).toHaveValue('Hi Ada, will you come on Saturday?');
    await expect(said(texter, '5 assigned: 5 to start')).toBeVisible();
    expect(new URL(texter.url()).pathname).toBe(`${campaign.path}/messenger`);
    expect(new URL(texter.url()).searchParams.get('tab')).toBe('initial');
    await axe(texter);
    await fits(texter, 'the messenger of somebody who just joined');
    await send(texter).click();
    await expect(said(texter, '5 assigned')).toHaveCount(0);
    await expect(box(texter)).toHaveValue('Hi Ada, will you come on Saturday?');
    const held = { Unassigned: 3, 'Nora Quist': 5 };
    expect(await holdings(page, campaign)).toEqual(held);
    const tabs = await ask<{ tabs: { initial: number; silent: number } }>(texter, 'messenger/open', { campaign: campaign.id, whose: 'Mine' });
    expect([tabs.tabs.initial, tabs.tabs.silent]).toEqual([4, 1]);

    // Neither a reload, nor the link once more, nor the way back asks for anything.
    await texter.reload();
    await expect(box(texter)).toBeVisible();
    await expect(said(texter, 'assigned')).toHaveCount(0);
    await texter.goto(link);
    await expect(box(texter)).toHaveValue('Hi Ada, will you come on Saturday?');
    await expect(said(texter, 'assigned')).toHaveCount(0);
    await texter.reload();
    await expect(box(texter)).toBeVisible();
    if (device === 'a phone') {
      await texter.getByRole('button', { name: 'List' }).tap();
      await expect(rows(texter)).toHaveCount(4);
    }
    await texter.goBack();
    await expect(texter).not.toHaveURL(/\/join\//);
    expect(await holdings(page, campaign)).toEqual(held);
    expect(await operations(page, campaign)).toBe(1);
    await texter.context().close();
  });
}

test('Back from the first conversation on a phone leads to the list, and never to the link', async ({ page, browser, baseURL, complaints }) => {
  const { campaign, link } = await invited(page);
  const texter = await phone(browser, baseURL);
  complaints.listen(texter.context());
  await texter.goto('/sign-in');
  await texter.goto(link);
  await signUp(texter, newcomer());
  await expect(box(texter)).toBeVisible();
  await texter.goBack();
  await expect(rows(texter)).toHaveCount(5);
  await expect(box(texter), 'it does not open again by itself').toBeHidden();
  // Whoever is signed in already goes on from there by themselves.
  await texter.goBack();
  await expect(heading(texter, 'Your assignments')).toBeVisible();
  expect(await operations(page, campaign)).toBe(1);
  await texter.context().close();
});

test('a member signs in at the link, and one who is signed in joins at once', async ({ page, anotherPerson, complaints, axe }) => {
  const { campaign, link } = await invited(page, 12);
  const abby = await anotherPerson();
  await abby.goto(link);
  await abby.getByLabel('Your name').fill('Abby');
  await abby.getByLabel('E-mail address').fill(people.texter.email);
  await account(abby).click();
  await expect(abby.getByLabel('E-mail address'), 'what was typed is kept').toHaveValue(people.texter.email);
  await expect(abby.getByLabel('Password')).toBeFocused();
  await axe(abby);
  complaints.expect(/status of 401.*session\/sign-in/s);
  await abby.getByLabel('Password').fill('not the password');
  await abby.getByRole('button', { name: 'Sign in and join' }).click();
  await expect(abby.getByRole('alert').getByText('The e-mail address or the password is wrong.')).toBeVisible();
  await expect(abby.getByLabel('Password')).toHaveValue('not the password');
  await abby.getByLabel('Password').fill(people.texter.password);
  await abby.getByRole('button', { name: 'Sign in and join' }).click();
  await expect(said(abby, '5 assigned: 5 to start')).toBeVisible();
  await expect(box(abby)).toBeVisible();

  const lindsey = await anotherPerson();
  await enter(lindsey, link, people.anotherTexter);
  await expect(said(lindsey, '5 assigned: 5 to start')).toBeVisible();
  expect(await holdings(page, campaign)).toEqual({ Unassigned: 2, 'Abby Okafor': 5, 'Lindsey Tran': 5 });
});

test('somebody of another organization is asked before they join this one', async ({ page, anotherPerson, server, axe }) => {
  const { campaign, link } = await invited(page);
  const email = `otis.${test.info().workerIndex}.${Date.now()}@example.org`;
  const stranger = await anotherPerson();
  await strangerOf(stranger, server, 'Harbor Votes', { name: 'Otis Bell', email, password: PASSWORD });
  await stranger.goto(link);
  await expect(stranger.getByText('You are signed in as Otis Bell')).toContainText('of Harbor Votes. Join River County Votes as well?');
  await axe(stranger);
  await fits(stranger, 'the question whether to join');
  await stranger.getByRole('link', { name: 'Not now' }).click();
  await expect(heading(stranger, 'Your assignments')).toBeVisible();
  expect(await holdings(page, campaign)).toEqual({ Unassigned: 8 });

  await stranger.goto(link);
  await stranger.getByRole('button', { name: 'Use another account' }).click();
  await expect(stranger.getByLabel('Your name')).toBeVisible();
  await account(stranger).click();
  await stranger.getByLabel('E-mail address').fill(email);
  await stranger.getByLabel('Password').fill(PASSWORD);
  await stranger.getByRole('button', { name: 'Sign in and join' }).click();
  await stranger.getByRole('button', { name: 'Join River County Votes' }).click();
  await expect(said(stranger, '5 assigned: 5 to start')).toBeVisible();
  await expect(box(stranger)).toHaveValue('Hi Ada, will you come on Saturday?');
  await expect(stranger.getByRole('banner')).toContainText('River County Votes');
  expect(await holdings(page, campaign)).toEqual({ Unassigned: 3, 'Otis Bell': 5 });
  expect(await operations(page, campaign)).toBe(1);
});

test('an admin who tries the link is asked before they are given anything', async ({ page, axe }) => {
  const { campaign, link } = await invited(page);
  await page.goto(link);
  await expect(page.getByText('The link works.')).toBeVisible();
  await axe(page);
  await page.getByRole('link', { name: 'Not now' }).click();
  await expect(heading(page, 'Campaigns')).toBeVisible();
  expect(await holdings(page, campaign)).toEqual({ Unassigned: 8 });
  await page.goto(link);
  await page.getByRole('button', { name: 'Join as a texter' }).click();
  await expect(said(page, '5 assigned: 5 to start')).toBeVisible();
  await expect(box(page)).toBeVisible();
  expect(await holdings(page, campaign)).toEqual({ Unassigned: 3, 'Maya Brooks': 5 });
});

test('whoever joins while the campaign is paused is told so, and is given the first batch once it goes on', async ({ page, anotherPerson }) => {
  const { campaign, link } = await invited(page);
  await ask(page, 'campaigns/act', { campaign: campaign.id, action: 'Pause' });
  const abby = await anotherPerson();
  await enter(abby, link, people.texter);
  await expect(said(abby, `You joined ${campaign.name}`)).toBeVisible();
  await expect(said(abby, 'This campaign is paused.')).toBeVisible();
  expect(new URL(abby.url()).pathname).toBe(`${campaign.path}/messenger`);
  expect(await holdings(page, campaign)).toEqual({ Unassigned: 8 });
  await ask(page, 'campaigns/act', { campaign: campaign.id, action: 'Resume' });
  await abby.goto(link);
  await expect(said(abby, '5 assigned: 5 to start')).toBeVisible();
  expect(await holdings(page, campaign)).toEqual({ Unassigned: 3, 'Abby Okafor': 5 });
});

test('a link that lets nobody in says why, and what to do', async ({ page, anotherPerson, complaints, axe }) => {
  complaints.expect(/status of 4\d\d.*invites\/read/s);
  const { campaign, link } = await invited(page);
  const visitor = await anotherPerson();
  const finds = async (address: string, title: string, words: string) => {
    await visitor.goto(address);
    await expect(heading(visitor, title)).toBeVisible();
    await expect(visitor.getByText(words)).toBeVisible();
    await expect(visitor.getByRole('link', { name: 'Go to the sign-in page' })).toBeVisible();
  };
  await finds(link.slice(0, -7), 'This link is not known', 'Check that it was copied whole');
  await axe(visitor);
  await fits(visitor, 'a link that is not known');
  await finds('/join/shoes', 'This link is not known', 'Check that it was copied whole');

  await handOut(page, campaign, { on: 'Off' });
  await finds(link, 'This campaign takes nobody at the moment', 'does not take texters by link at the moment');
  await handOut(page, campaign, { on: 'On' });
  const renewed = await inviteTo(page, campaign);
  await finds(link, 'This link does not work any more', 'Ask who sent it for the new one.');
  await ask(page, 'invites/disable', { campaign: campaign.id });
  await finds(renewed, 'This link does not work any more', 'Ask who sent it for the new one.');
  const last = await inviteTo(page, campaign);
  await ask(page, 'campaigns/act', { campaign: campaign.id, action: 'Archive' });
  await finds(last, 'This campaign is over', 'Thank you for offering help');
  await visitor.getByRole('link', { name: 'Go to the sign-in page' }).click();
  await expect(heading(visitor, 'Sign in')).toBeVisible();
  expect(await holdings(page, campaign)).toEqual({ Unassigned: 8 });
});

test('a link is disabled while somebody types, and the server cannot be reached: nothing that was typed is lost', async ({ page, anotherPerson, complaints }) => {
  complaints.expect(/Failed to (?:fetch|load resource)/);
  const { campaign, link } = await invited(page);
  const texter = await anotherPerson();
  await texter.route('**/api/invites/read', (route) => route.fulfill({ status: 429, json: { TooMany: { seconds: 30 } } }));
  await texter.goto(link);
  await expect(texter.getByText('Too many attempts. Wait 30 seconds and try again.')).toBeVisible();
  await texter.unroute('**/api/invites/read');
  await texter.route('**/api/invites/read', (route) => route.abort());
  await texter.goto(link);
  await expect(texter.getByText('The server cannot be reached.')).toBeVisible();
  await texter.unroute('**/api/invites/read');
  await texter.getByRole('button', { name: 'Try again' }).click();

  const who = newcomer();
  await texter.route('**/api/invites/sign-up', (route) => route.abort());
  await signUp(texter, who);
  await expect(texter.getByRole('alert').getByText('The server cannot be reached.')).toBeVisible();
  await texter.unroute('**/api/invites/sign-up');
  await expect(texter.getByLabel('Your name')).toHaveValue(who.name);
  await ask(page, 'invites/disable', { campaign: campaign.id });
  await texter.getByRole('button', { name: 'Sign up and join' }).click();
  await expect(texter.getByText('This invite link does not work any more.')).toBeVisible();
  await expect(texter.getByLabel('Your name')).toHaveValue(who.name);
  expect(await holdings(page, campaign)).toEqual({ Unassigned: 8 });
});

test('what cannot be is said beside its field, and a known address is sent to sign in', async ({ page, anotherPerson, complaints, axe }) => {
  complaints.expect(/status of 422/);
  const { campaign, link } = await invited(page);
  const texter = await anotherPerson();
  const who = newcomer();
  await texter.goto(link);
  await signUp(texter, { ...who, password: 'short' });
  await expect(texter.getByLabel('Password')).toHaveAccessibleDescription(/^Choose a password of 10 to 200 characters\./);
  await expect(texter.getByLabel('Password')).toHaveValue('short');
  await expect(texter.getByLabel('Your name')).toHaveValue(who.name);
  await expect(texter.getByLabel('E-mail address')).toHaveValue(who.email);
  await axe(texter);
  await signUp(texter, { ...who, name: '  ' });
  await expect(texter.getByLabel('Your name')).toHaveAttribute('aria-invalid', 'true');
  await signUp(texter, { ...who, email: 'nora at home' });
  await expect(texter.getByLabel('E-mail address')).toHaveAttribute('aria-invalid', 'true');
  await expect(texter.getByLabel('Password')).toHaveValue(who.password);

  // Whether the address has an account is not said.
  await signUp(texter, { ...who, email: people.texter.email, password: 'not her password' });
  const refusal = texter.getByRole('alert').getByText('Signing up with this e-mail address and password did not work.');
  await expect(refusal).toContainText('If you have used it here before, sign in instead');
  await texter.getByRole('button', { name: 'Sign in instead' }).click();
  await expect(texter.getByLabel('E-mail address')).toHaveValue(people.texter.email);
  expect(await holdings(page, campaign)).toEqual({ Unassigned: 8 });
});
