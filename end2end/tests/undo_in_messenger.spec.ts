// A bulk move from the messenger is undone in the messenger.
import type { Locator, Page } from '@playwright/test';
import { expect, fits, give, holdings, listed, message, test, textedCampaign } from '../fixtures/index.ts';

test.describe.configure({ timeout: 120_000 });

const viewing = (page: Page): Locator => page.getByRole('region', { name: 'Viewing as' });

test('a bulk move from the yellow bar is undone where it was made', async ({ page, axe }) => {
  const campaign = await textedCampaign(page);
  const [kept] = await listed(page, campaign, { Member: campaign.texters[0]! });
  await page.goto(`${campaign.path}/messenger?as=${campaign.texters[0]}&tab=initial&conversation=${kept!.id}`);
  await expect(page.getByRole('option')).toHaveCount(4);
  await viewing(page).getByRole('button', { name: 'Reassign what Abby Okafor holds' }).click();
  await page.getByRole('menuitem', { name: 'Unassign all' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Move 4 conversations' }).click();
  await expect(page.getByRole('option')).toHaveCount(0);
  await message(page, /4 moved to Unassigned/).locator('..').getByRole('button', { name: 'Undo' }).click();

  // The preview lies above the messenger, which stays as it was.
  await expect(dialog.getByRole('heading', { name: 'Undo' })).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`/messenger\\?.*as=${campaign.texters[0]}.*undo=`));
  const preview = page.url();
  await axe(page);
  await fits(page, 'an undo in the messenger');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(page).not.toHaveURL(/undo=/);
  expect(await holdings(page, campaign)).toEqual({ Unassigned: 6 });
  // Its address leads to the preview again, and there it is done.
  await page.goto(preview);
  await dialog.getByRole('button', { name: 'Restore 4 conversations' }).click();
  await expect(dialog).toBeHidden();
  await expect(page).toHaveURL(new RegExp(`/messenger\\?.*as=${campaign.texters[0]}`));
  await expect(page.getByRole('option')).toHaveCount(4);
  expect(await holdings(page, campaign)).toEqual({ Unassigned: 2, 'Abby Okafor': 4 });
  // What was moved again since stays, and the preview says why.
  await give(page, kept!.id, campaign.texters[1]!);
  await message(page, /4 restored/).locator('..').getByRole('button', { name: 'Undo' }).click();
  await expect(dialog).toContainText('1 stays: it was moved again since');
});
