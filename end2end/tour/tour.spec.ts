// A short tour in a browser that Playwright does not drive as it is installed: what everybody does every day.
import { expect, test } from '@playwright/test';
import { people, type Person } from '../fixtures/people.ts';
import { Server } from '../fixtures/server.ts';
import type { Browser } from './browser.ts';
import { firefox } from './firefox.ts';
import { webkit } from './webkit.ts';

let server: Server;
let browser: Browser;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  server = await Server.start('tour');
  browser = await (process.env.HANDOFF_TOUR === 'webkit' ? webkit() : firefox());
});

test.afterEach(async ({}, info) => {
  if (info.status !== info.expectedStatus) console.log(`On the page: ${await browser.text()}`);
  expect(await browser.complaints(), 'what the browser complained about').toEqual([]);
});

test.afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

/** Waits until this can be read. */
const seen = (text: string | RegExp) => expect.poll(() => browser.text()).toMatch(text);

/** What stands there in place of the group of a pattern, once it is there. */
async function read(pattern: RegExp): Promise<string> {
  await seen(pattern);
  return pattern.exec(await browser.text())![1]!;
}

async function signIn({ email, password }: Person): Promise<void> {
  await browser.goto(server.url);
  await browser.type('E-mail address', email);
  await browser.type('Password', password);
  await browser.click('button', 'Sign in');
}

test('an admin signs in and sees who holds what', async () => {
  await signIn(people.admin);
  await browser.click('link', 'Weekend of action');
  await seen('Total 3,840');
  await seen('Unassigned – 6 / 1,240');
  await seen('Abby Okafor Offline 154 / 228');
});

test('what was previewed is moved', async () => {
  await browser.click('button', 'Bulk Reassign ▾');
  await browser.click('menuitem', 'Bulk Reassign Some');
  await browser.type('How many, number', '6');
  await browser.type('From whom', 'Unassigned');
  await browser.click('option', 'Unassigned 1,240 held by nobody');
  await browser.type('To whom', 'Abby');
  await browser.click('option', 'Abby Okafor 228 held');
  await browser.type('To whom', 'Lindsey');
  await browser.click('option', 'Lindsey Tran 233 held');
  await seen('6 moved, 3 to Abby Okafor, 3 to Lindsey Tran');
  await seen('Abby Okafor +3 come 228 → becomes 231');
  await browser.click('button', 'Move 6 conversations');
  await seen('6 moved, 3 to Abby Okafor, 3 to Lindsey Tran Undo');
  await seen('Unassigned – 0 / 1,234');
  await seen('Abby Okafor Offline 157 / 231');
});

test('a texter sends an initial message', async () => {
  await browser.click('button', 'Account of Maya Brooks');
  await browser.click('menuitem', 'Sign out');
  await seen('Sign in');
  await signIn(people.texter);
  await browser.click('link', '74 initial messages to send');
  await seen('Initial messages 74');
  const contact = await read(/Initial message to (.+?) \d+ characters/);
  await browser.click('button', 'Send');
  await seen('Initial messages 73');
  expect(await read(/Initial message to (.+?) \d+ characters/), 'the next one is there').not.toBe(contact);
});

test('a texter answers', async () => {
  await browser.click('link', 'Assignments');
  await browser.click('link', '30 need a reply');
  await seen('30 need reply');
  const contact = await read(/Reply to (.+?) \d+ characters/);
  await browser.type(`Reply to ${contact}`, 'See you on Saturday at ten!');
  await seen('27 characters');
  await browser.click('button', 'Send');
  await seen('29 need reply');
  expect(await read(/Reply to (.+?) \d+ characters/), 'the next one is there').not.toBe(contact);
});
