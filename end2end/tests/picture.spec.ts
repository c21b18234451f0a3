// The picture of the overview in the README. With HANDOFF_PICTURE=1 it is taken anew.
import { join } from 'node:path';
import { enter, expect, MoveDialog, test } from '../fixtures/index.ts';

const PICTURE = join(import.meta.dirname, '../../docs/overview.png');

test.use({ viewport: { width: 1440, height: 900 }, colorScheme: 'light' });

test('the overview is worth a picture, and a bulk move fits above it', async ({ page }) => {
  await enter(page, '/campaigns');
  await page.getByRole('link', { name: 'Weekend of action' }).click();
  await page.getByRole('columnheader', { name: 'Needs reply' }).getByRole('button').click();
  await expect(page.getByRole('columnheader', { name: 'Needs reply' })).toHaveAttribute('aria-sort', 'descending');
  await expect(page.getByRole('img', { name: /^3,840 conversations: / })).toBeInViewport();
  await expect(page.getByRole('button', { name: 'Bulk Reassign' })).toBeInViewport({ ratio: 1 });
  for (const name of ['Unassigned', 'Abby Okafor', 'Lindsey Tran']) await expect(page.getByRole('rowheader', { name })).toBeInViewport();
  if (process.env.HANDOFF_PICTURE === '1') {
    await page.getByRole('heading', { name: 'Weekend of action' }).focus();
    await page.mouse.move(0, 0);
    await page.screenshot({ path: PICTURE, animations: 'disabled', caret: 'hide' });
  }

  const move = await MoveDialog.open(page, 'Bulk Reassign Some');
  await move.number.fill('300');
  await move.give('Grace Lee', 'Hana Sato', "Nora O'Brien");
  await expect(move.headline).toHaveText('300 moved, 100 to Grace Lee, 100 to Hana Sato, 100 to Nora O\'Brien');
  await expect(move.headline).toBeInViewport();
  await expect(move.table.getByRole('row').filter({ hasText: 'Hana Sato' })).toBeInViewport();
  await expect(move.confirm('Move 300 conversations')).toBeInViewport({ ratio: 1 });
});
