// Opt-outs as a list: searched, imported after a look at it, exported, opted in again.
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { enter, expect, fits, message, people, test } from '../fixtures/index.ts';

test.describe.configure({ timeout: 120_000 });

const table = (page: Page) => page.getByRole('table').first();
const rows = (page: Page) => table(page).getByRole('row').filter({ has: page.getByRole('rowheader') });

test('a list is looked at, corrected, imported, found, exported, and one of it opts in again', async ({ page, axe }) => {
  await enter(page, '/numbers', people.admin);
  await page.getByRole('link', { name: 'Opt-outs' }).click();
  await expect(page).toHaveURL('/opt-outs');
  await expect(page.getByRole('heading', { level: 1, name: 'Opt-outs' })).toBeVisible();
  await axe(page);
  await fits(page, 'the opt-outs');

  await page.getByRole('button', { name: 'Import a list…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Import opt-outs' });
  const text = dialog.getByLabel('Numbers');
  const check = dialog.getByRole('button', { name: 'Check the list' });
  await expect(check).toHaveAttribute('aria-disabled', 'true');
  await text.fill('(907) 555-0101\nnobody\n907-555-0102\n907.555.0101');
  await check.click();
  await expect(dialog.getByText('2 numbers would opt out; 1 listed again. 1 line gives no number: correct or delete it, and check again.')).toBeVisible();
  await expect(dialog.getByRole('row').filter({ hasText: 'nobody' })).toContainText('2');
  await expect(dialog.getByRole('button', { name: 'Opt out 2 numbers' })).toHaveAttribute('aria-disabled', 'true');
  await axe(page);
  await fits(page, 'a list with a bad line');
  await text.fill('(907) 555-0101\n907-555-0102');
  await expect(dialog.getByRole('button', { name: 'Opt out', exact: true }), 'it was not looked at').toHaveAttribute('aria-disabled', 'true');
  await check.click();
  await dialog.getByRole('button', { name: 'Opt out 2 numbers' }).click();
  await expect(message(page, '2 numbers opted out.')).toBeVisible();
  await expect(dialog).toBeHidden();

  // A file: a table of another tool.
  await page.getByRole('button', { name: 'Import a list…' }).click();
  const file = { name: 'stops.csv', mimeType: 'text/csv', buffer: Buffer.from('Name,Cell\nAbby,907-555-0103\nLee,907-555-0101\n') };
  await dialog.getByLabel('Choose a file').setInputFiles(file);
  await expect(text).toHaveValue(/^Name,Cell/);
  await check.click();
  await expect(dialog.getByText('1 number would opt out; 1 opted out already.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Opt out 1 number' }).click();
  await expect(message(page, '1 number opted out.')).toBeVisible();

  const search = page.getByLabel('Search by number');
  await search.fill('(907) 555');
  await expect(rows(page)).toHaveCount(3);
  await expect(page).toHaveURL(/search=/);
  await expect(rows(page).first()).toContainText('(907) 555-0101');
  await expect(rows(page).first()).toContainText('Maya Brooks');
  await page.reload();
  await expect(rows(page)).toHaveCount(3);
  await axe(page);
  await fits(page, 'a search of opt-outs');

  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Export' }).click();
  const written = await readFile(await (await downloading).path(), 'utf8');
  expect(written).toMatch(/^\ufeff?phone,opted_out_at_utc,opted_out_by,opted_out_by_email/);
  expect(written).toContain('+19075550102,');

  await rows(page).first().getByRole('button', { name: 'Opt in (907) 555-0101' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Opt in', exact: true }).click();
  await expect(message(page, '(907) 555-0101 is opted in again.')).toBeVisible();
  await expect(rows(page)).toHaveCount(2);
  await search.fill('+1 907 555 0199');
  await expect(page.getByText('No number that has opted out begins like this.')).toBeVisible();
});

test('a texter gets no list of opt-outs', async ({ page }) => {
  await enter(page, '/opt-outs', people.texter);
  await expect(page.getByRole('heading', { name: 'Your assignments' })).toBeVisible();
});
