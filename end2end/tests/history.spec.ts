// The history by kind and by person, kept in the address.
import type { Page } from '@playwright/test';
import { ask, enterCampaign, expect, fits, MoveDialog, tab, test } from '../fixtures/index.ts';

test.describe.configure({ timeout: 120_000 });

const operations = (page: Page) => page.getByRole('main').getByRole('listitem');
const kind = (page: Page, name: string) => page.getByRole('group', { name: 'Kind' }).getByRole('button', { name, exact: true });

test('a filter leaves the operations of a kind and of a person, also after a reload and Back', async ({ page, axe }) => {
  const campaign = await enterCampaign(page);
  for (const [many, name] of [[2, 'Abby Okafor'], [3, 'Lindsey Tran']] as const) {
    const move = await MoveDialog.open(page, 'Bulk Reassign Some');
    await move.number.fill(String(many));
    await move.give(name);
    await move.confirm(`Move ${many} conversations`).click();
    await expect(move.dialog).toBeHidden();
  }
  const { operations: all } = await ask<{ operations: { id: number }[] }>(page, 'history/list', { campaign: campaign.id, after: null });
  await tab(page, 'History').click();
  await expect(operations(page)).toHaveCount(all.length);
  await page.goto(`${campaign.path}/history?undo=${all[0]!.id}`);
  await new MoveDialog(page).confirm('Restore 3 conversations').click();
  await expect(operations(page)).toHaveCount(all.length + 1);

  await kind(page, 'Undo').click();
  await expect(kind(page, 'Undo')).toHaveAttribute('aria-pressed', 'true');
  await expect(operations(page)).toHaveCount(1);
  await expect(page).toHaveURL(/kind=undo/);
  await axe(page);
  await fits(page, 'a filtered history');
  await page.reload();
  await expect(operations(page)).toHaveCount(1);
  await kind(page, 'Bulk move').click();
  await expect(operations(page)).toHaveCount(all.length + 1);

  const person = page.getByRole('combobox', { name: 'Whom it concerns' });
  await person.fill('Abby');
  await page.getByRole('option', { name: /^Abby Okafor/ }).click();
  await expect(operations(page)).toHaveCount(1);
  await expect(operations(page)).toContainText('2 moved to Abby Okafor');
  await kind(page, 'Bulk move').click();
  await expect(page.getByText('No operation matches.')).toBeVisible();
  await axe(page);
  await fits(page, 'a filter that leaves nothing');
  await page.getByRole('main').getByRole('button', { name: 'Show everything' }).last().click();
  await expect(operations(page)).toHaveCount(all.length + 1);
  await expect(page).toHaveURL(`${campaign.path}/history`);
});
