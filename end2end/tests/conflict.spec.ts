// Two admins at once: what one commits is on the other's screen, and nothing is committed that was not previewed.
import { enter, enterCampaign, expect, holdings, message, MoveDialog, operations, people, progressOf, test } from '../fixtures/index.ts';

test('what another admin commits is on the screen at once, and an open dialog is recomputed and marked', async ({ page, anotherPerson }) => {
  const campaign = await enterCampaign(page);
  const mine = await MoveDialog.open(page, 'Bulk Reassign Some');
  await mine.number.fill('6');
  await mine.give('Abby Okafor', 'Lindsey Tran');
  await expect(mine.headline).toHaveText('6 moved, 3 to Abby Okafor, 3 to Lindsey Tran');

  const other = await anotherPerson();
  await enter(other, campaign.path, people.anotherAdmin);
  const theirs = await MoveDialog.open(other, 'Bulk Reassign Some');
  await theirs.number.fill('8');
  await theirs.give('Lindsey Tran');
  await theirs.confirm('Move 8 conversations').click();
  await expect(message(other, '8 moved to Lindsey Tran')).toBeVisible();

  // Nothing but the event brings it: this page asks for nothing by itself.
  const changed = mine.dialog.getByRole('alert').getByText('The campaign changed while this was open. What is different is marked.');
  await expect(changed).toBeVisible();
  await expect(mine.number).toHaveValue('6');
  await expect(mine.headline).toHaveText('4 moved, 2 to Abby Okafor, 2 to Lindsey Tran');
  const marked = mine.table.getByRole('row').filter({ hasText: 'Lindsey Tran' });
  await expect(marked).toContainText('was 3, now 2');
  await expect(marked).toContainText('was 0');
  await expect(progressOf(page, 'Lindsey')).toHaveText('0 / 8');

  await mine.confirm('Move 4 conversations').click();
  await expect(message(page, '4 moved, 2 to Abby Okafor, 2 to Lindsey Tran')).toBeVisible();
  await expect(progressOf(other, 'Lindsey')).toHaveText('0 / 10');
  expect(await holdings(page, campaign)).toEqual({ 'Abby Okafor': 2, 'Lindsey Tran': 10 });
});

test('a commit on an old preview moves nothing, shows the new one, and one more click commits that', async ({ page, anotherPerson, complaints }) => {
  // This admin hears nothing of what others do.
  await page.route('**/api/live', (route) => route.abort());
  complaints.expect(/\/api\/live/);
  complaints.expect(/status of 409/);
  const campaign = await enterCampaign(page);
  const mine = await MoveDialog.open(page, 'Bulk Reassign Some');
  await mine.number.fill('6');
  await mine.give('Abby Okafor', 'Lindsey Tran');

  const other = await anotherPerson();
  await enter(other, campaign.path, people.anotherAdmin);
  const theirs = await MoveDialog.open(other, 'Bulk Reassign Some');
  await theirs.number.fill('8');
  await theirs.give('Lindsey Tran');
  await theirs.confirm('Move 8 conversations').click();
  await expect(message(other, '8 moved to Lindsey Tran')).toBeVisible();

  await expect(mine.headline).toHaveText('6 moved, 3 to Abby Okafor, 3 to Lindsey Tran');
  await mine.confirm('Move 6 conversations').click();
  await expect(mine.dialog.getByRole('alert').getByText('The campaign changed. Nothing was moved. Check and confirm again.')).toBeVisible();
  await expect(mine.headline).toHaveText('4 moved, 2 to Abby Okafor, 2 to Lindsey Tran');
  await expect(mine.table.getByRole('row').filter({ hasText: 'Abby Okafor' })).toContainText('was 3, now 2');
  expect(await holdings(page, campaign), 'nothing moved').toEqual({ Unassigned: 4, 'Lindsey Tran': 8 });
  expect(await operations(page, campaign)).toBe(1);

  await mine.confirm('Move 4 conversations').click();
  await expect(message(page, '4 moved, 2 to Abby Okafor, 2 to Lindsey Tran')).toBeVisible();
  await expect(mine.dialog).toBeHidden();
  expect(await holdings(page, campaign)).toEqual({ 'Abby Okafor': 2, 'Lindsey Tran': 10 });
});

test('a campaign that another admin archives takes no move', async ({ page, anotherPerson, complaints }) => {
  await page.route('**/api/live', (route) => route.abort());
  complaints.expect(/\/api\/live/);
  complaints.expect(/status of 4\d\d/);
  const campaign = await enterCampaign(page);
  const mine = await MoveDialog.open(page, 'Bulk Reassign All');
  await mine.give('Abby Okafor');
  await expect(mine.confirm('Move 12 conversations')).toBeEnabled();

  const other = await anotherPerson();
  await enter(other, campaign.path, people.anotherAdmin);
  await other.getByRole('button', { name: 'More actions for this campaign' }).click();
  await other.getByRole('menuitem', { name: 'Archive…' }).click();
  await other.getByRole('dialog').getByRole('button', { name: 'Archive campaign' }).click();
  await expect(other.getByRole('button', { name: 'Restore', exact: true })).toBeVisible();
  await expect(other.getByText('This campaign is archived: nothing moves in it any more.')).toBeVisible();

  await mine.confirm('Move 12 conversations').click();
  await expect(mine.dialog.getByRole('alert').getByText(/^Nothing was moved\. This campaign is archived/)).toBeVisible();
  expect(await holdings(page, campaign)).toEqual({ Unassigned: 12 });
});
