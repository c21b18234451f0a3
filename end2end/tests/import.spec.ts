// Contacts from a file: matched, checked, imported; and the message that they will get.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { contactFile, enterCampaign, expect, holdings, tab, test } from '../fixtures/index.ts';

const FILES = join(import.meta.dirname, '../../server/tests/contacts/files');
const TROUBLE = [
  'First,Last,Mobile,City',
  'Ada,Park,415-555-0100,Oakdale',
  'Ada,Park,(415) 555-0100,Oakdale',
  'Ben,Lee,555-0101,Oakdale',
  'Cleo,Kim,,Ashford',
  '=HYPERLINK("x"),Roy,12,Ashford',
  'Dan,Tran,+1 415 555 0102,Ashford',
].join('\n');

interface File {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

const csv = (name: string, text: string | Buffer): File => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });

async function upload(page: Page, file: File | string): Promise<void> {
  await page.getByLabel('Choose a file').setInputFiles(file);
}

const step = (page: Page, name: string) => page.getByRole('list', { name: 'Steps' }).locator('[aria-current=step]').filter({ hasText: name });
const importAs = (page: Page, column: string) => page.getByRole('combobox', { name: `Import ${column} as` });
const chosen = (page: Page, column: string) => importAs(page, column).locator('option:checked');
const tile = (page: Page, words: string) => page.locator('.tile').filter({ hasText: words }).getByRole('definition');

test('a file with troubles: matched, checked, imported, and the bad rows given back', async ({ page }) => {
  const campaign = await enterCampaign(page, { contacts: 0 });
  await expect(page.getByText('No contacts yet.')).toBeVisible();
  await page.getByRole('link', { name: 'Go to Contacts' }).click();
  await expect(step(page, 'Choose a file')).toBeVisible();
  await upload(page, csv('contacts.csv', TROUBLE));

  await expect(step(page, 'Match its columns')).toBeVisible();
  for (const [column, meaning] of [['First', 'First name'], ['Last', 'Last name'], ['Mobile', 'Phone number'], ['City', 'Custom field']] as const) {
    await expect(chosen(page, column)).toHaveText(meaning);
  }
  await expect(page.getByRole('textbox', { name: 'Name of the custom field for City' })).toHaveValue('city');
  await page.reload();
  await expect(step(page, 'Match its columns'), 'a reload keeps the step').toBeVisible();
  await page.getByRole('button', { name: 'Check the contacts' }).click();

  await expect(step(page, 'Check')).toBeVisible();
  await expect(tile(page, 'New contacts')).toHaveText('2');
  await expect(tile(page, 'Doubles in the file, merged')).toHaveText('1');
  await expect(tile(page, 'Cannot be imported')).toHaveText('3');
  const bad = page.getByRole('region', { name: 'Rows that cannot be imported' }).getByRole('row');
  await expect(bad).toHaveCount(4);
  await expect(bad.nth(1)).toContainText(/^4.+Ben/);
  expect(await holdings(page, campaign), 'checking imports nothing').toEqual({});

  await page.getByRole('button', { name: 'Import 2 contacts' }).click();
  await expect(page.getByRole('heading', { name: '2 contacts imported' })).toBeVisible();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download the 3 bad rows' }).click()]);
  const given = await readFile(await download.path(), 'utf8');
  expect(given).toMatch(/^\ufeffFirst,Last,Mobile,City,line,reason\r?\n/);
  expect(given).toContain('Ben,Lee,555-0101,Oakdale,4,');
  expect(given, 'no spreadsheet runs what a contact is called').toContain(`"'=HYPERLINK(""x"")"`);
  expect(given.trim().split('\n')).toHaveLength(4);

  await tab(page, 'Conversations').click();
  await expect(page.getByRole('region', { name: 'Conversations by status' }).getByText('Total').locator('..')).toContainText('2');
  expect(await holdings(page, campaign)).toEqual({ Unassigned: 2 });

  // The same file again brings nobody twice.
  await tab(page, 'Contacts').click();
  await upload(page, csv('contacts.csv', TROUBLE));
  await page.getByRole('button', { name: 'Check the contacts' }).click();
  await expect(tile(page, 'In the campaign already')).toHaveText('2');
  await expect(page.getByText('There is no new contact in this file.')).toBeVisible();
});

for (const [file, phones] of [['van_export.txt', ['Cell Phone', 'Preferred Phone']], ['nationbuilder_export.csv', ['mobile_number']], ['google_contacts.csv', ['Phone 1 - Value']], ['excel_semicolon_latin1.csv', ['Téléphone']]] as const) {
  test(`the columns of ${file} are guessed`, async ({ page }) => {
    const campaign = await enterCampaign(page, { contacts: 0, texters: [] });
    await page.goto(`${campaign.path}/contacts`);
    await upload(page, join(FILES, file));
    await expect(step(page, 'Match its columns')).toBeVisible();
    for (const phone of phones) await expect(chosen(page, phone)).toHaveText('Phone number');
    await expect(page.getByRole('row').filter({ has: page.locator('option:checked', { hasText: 'First name' }) })).toHaveCount(1);
    await expect(page.getByRole('row').filter({ has: page.locator('option:checked', { hasText: 'Last name' }) })).toHaveCount(1);
  });
}

const sample = (page: Page, column: string) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: column, exact: true }) });

test('how a file is read can be chosen, and the sample shows it at once', async ({ page, axe }) => {
  const campaign = await enterCampaign(page, { contacts: 0, texters: [] });
  await page.goto(`${campaign.path}/contacts`);
  await upload(page, join(FILES, 'mac_roman.csv'));
  const encoding = page.getByRole('combobox', { name: 'Encoding' });
  await expect(encoding.locator('option:checked')).toHaveText('Windows-1252 – Western Europe');
  await expect(sample(page, 'First')).not.toContainText('José');
  await encoding.selectOption({ label: 'Mac Roman – old Macs' });
  await expect(sample(page, 'First')).toContainText('José');
  await expect(sample(page, 'Last')).toContainText('Núñez');
  await axe(page);
  await page.reload();
  await expect(encoding.locator('option:checked'), 'a reload keeps it').toHaveText('Mac Roman – old Macs');
  await expect(sample(page, 'First')).toContainText('José');
  await page.getByRole('button', { name: 'Check the contacts' }).click();
  await page.getByRole('button', { name: 'Import 3 contacts' }).click();
  await expect(page.getByRole('heading', { name: '3 contacts imported' })).toBeVisible();
});

test('the names of the columns are found below titles, and can be chosen', async ({ page }) => {
  const campaign = await enterCampaign(page, { contacts: 0, texters: [] });
  await page.goto(`${campaign.path}/contacts`);
  await upload(page, join(FILES, 'report_with_titles.csv'));
  const names = page.getByRole('combobox', { name: 'Names of the columns' });
  await expect(names.locator('option:checked')).toHaveText('Line 4: First Name · Last Name · Mobile · Phone');
  await expect(chosen(page, 'Mobile')).toHaveText('Phone number');
  await names.selectOption({ label: 'None: the first line is a contact' });
  await expect(importAs(page, 'Column 1')).toBeVisible();
  await expect(importAs(page, 'Mobile')).toHaveCount(0);
  await names.selectOption({ label: 'Line 4: First Name · Last Name · Mobile · Phone' });
  await expect(chosen(page, 'First Name')).toHaveText('First name');
  await page.getByRole('button', { name: 'Check the contacts' }).click();
  await expect(tile(page, 'New contacts')).toHaveText('2');
});

test('of a workbook a sheet is chosen, and who has not agreed is left out unless decided otherwise', async ({ page, axe }) => {
  const campaign = await enterCampaign(page, { contacts: 0, texters: [] });
  await page.goto(`${campaign.path}/contacts`);
  await upload(page, join(FILES, 'workbook.xlsx'));
  const sheet = page.getByRole('combobox', { name: 'Sheet' });
  await expect(sheet.locator('option:checked')).toHaveText('Volunteers');
  await expect(sheet.getByRole('option')).toHaveText(['Volunteers', 'Donors']);
  await expect(page.getByRole('combobox', { name: 'Encoding' })).toHaveCount(0);
  await sheet.selectOption({ label: 'Donors' });
  await expect(sample(page, 'Name')).toContainText('Omar Haddad');
  await sheet.selectOption({ label: 'Volunteers' });
  await expect(chosen(page, 'SMS opt-in')).toHaveText('Agreed to texts');
  await page.getByRole('button', { name: 'Check the contacts' }).click();

  await expect(tile(page, 'New contacts')).toHaveText('2');
  await expect(tile(page, 'Have not agreed, left out')).toHaveText('1');
  const consent = page.getByRole('region', { name: 'Who has not agreed' });
  await expect(consent).toContainText('1 contact has not agreed to be texted, as your file says. They are left out.');
  await axe(page);
  await consent.getByRole('checkbox', { name: 'Import them all the same' }).check();
  await expect(tile(page, 'Have not agreed, imported')).toHaveText('1');
  await expect(page.getByRole('button', { name: 'Import 3 contacts' })).toBeVisible();
  await consent.getByRole('checkbox', { name: 'Import them all the same' }).uncheck();
  await page.getByRole('button', { name: 'Import 2 contacts' }).click();
  await expect(page.getByRole('heading', { name: '2 contacts imported' })).toBeVisible();
  expect(await holdings(page, campaign)).toEqual({ Unassigned: 2 });
});

test('many contacts are imported while the page shows how far it is', async ({ page }) => {
  const campaign = await enterCampaign(page, { contacts: 0, texters: [] });
  await page.goto(`${campaign.path}/contacts`);
  await upload(page, csv('many.csv', contactFile(800)));
  await page.getByRole('button', { name: 'Check the contacts' }).click();
  await page.getByRole('button', { name: 'Import 800 contacts' }).click();
  await expect(step(page, 'Import')).toBeVisible();
  await expect(page.getByRole('heading', { name: '800 contacts imported' })).toBeVisible({ timeout: 30_000 });
  expect(await holdings(page, campaign)).toEqual({ Unassigned: 800 });
});

test('a file that is no list of contacts gets a sentence', async ({ page, complaints }) => {
  complaints.expect(/status of 4\d\d/);
  const campaign = await enterCampaign(page, { contacts: 0, texters: [] });
  await page.goto(`${campaign.path}/contacts`);
  const refused = [
    [csv('empty.csv', ''), 'This file is empty. Export it again from your tool, then upload it.'],
    [{ name: 'contacts.xlsx', mimeType: 'application/octet-stream', buffer: Buffer.from('PK\u0003\u0004\u0000\u0000\u0000\u0008\u0000\u0000binary\u0000\u0001\u0002', 'latin1') }, 'This workbook cannot be read: it is cut off or damaged. Open it, save the sheet with your contacts as CSV or as a new .xlsx, then upload that file.'],
    [csv('contacts.vcf', 'BEGIN:VCARD\nVERSION:3.0\nFN:Ada Park\nEND:VCARD\n'), 'This is a file of vCards (.vcf).'],
    [csv('wide.csv', `${'a,'.repeat(600)}Phone\n${'1,'.repeat(600)}415-555-0100\n`), 'This file has 601 columns, and at most 500 are read.'],
    [csv('header.csv', 'First,Last,Phone\n'), 'This file has column names but no rows.'],
  ] as const;
  for (const [file, sentence] of refused) {
    await upload(page, file);
    await expect(page.getByRole('alert').filter({ hasText: sentence })).toBeVisible();
    await expect(step(page, 'Choose a file')).toBeVisible();
  }
  await upload(page, csv('no phone.csv', 'First,City\nAda,Oakdale\n'));
  await expect(page.getByText('No column is chosen for the phone number. Choose the column with the numbers to text.')).toBeVisible();
  await page.getByRole('button', { name: 'Check the contacts' }).click();
  await expect(step(page, 'Match its columns')).toBeVisible();
});

test('the message is filled in for real contacts, and an unknown placeholder is refused', async ({ page }) => {
  const campaign = await enterCampaign(page);
  await tab(page, 'Messages').click();
  const text = page.getByRole('textbox', { name: 'Initial message' });
  const preview = page.getByRole('region', { name: 'As contacts will read it' });
  await text.fill('Hi {first_name}, may we count on you?');
  await expect(preview.getByText('Hi Ada, may we count on you?').first()).toBeVisible();

  await text.fill('Hi {nickname}!');
  await expect(page.getByRole('alert').filter({ hasText: 'There is no placeholder {nickname}. Use one of {first_name}, {last_name}, {texter_first_name}, {texter_last_name}.' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Save message' })).toBeDisabled();
  await expect(text).toHaveValue('Hi {nickname}!');

  await text.fill('Hi , welcome!');
  await text.evaluate((area: HTMLTextAreaElement) => area.setSelectionRange(3, 3));
  await page.getByRole('button', { name: 'Insert {first_name}' }).click();
  await expect(text).toHaveValue('Hi {first_name}, welcome!');
  await page.getByRole('button', { name: 'Save message' }).click();
  await expect(page.getByText('Message saved.')).toBeVisible();
  await page.goto(`${campaign.path}/message`);
  await expect(text).toHaveValue('Hi {first_name}, welcome!');
  await expect(preview.getByText('Hi Ada, welcome!').first()).toBeVisible();
});
