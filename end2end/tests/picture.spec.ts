// The picture of the overview in the README. With HANDOFF_PICTURE=1 it is taken anew.
import { join } from 'node:path';
import { enter, expect, MoveDialog, test } from '../fixtures/index.ts';

const PICTURE = join(import.meta.dirname, '../../docs/overview.png');

test.use({ viewport: { width: 1440, height: 900 }, colorScheme: 'light' });

test('a bulk move above the overview is worth a picture', async ({ page }) => {
  await enter(page, '/campaigns');
  await page.getByRole('link', { name: 'Weekend of action' }).click();
  await expect(page.getByRole('img', { name: /^3,840 conversations: / })).toBeInViewport();
  await expect(page.getByRole('rowheader', { name: 'Abby Okafor' })).toBeInViewport();
  const move = await MoveDialog.open(page, 'Bulk Reassign Some');
  await move.number.fill('300');
  await move.give('Grace Lee', 'Hana Sato', 'Nora O\'Brien');
  await expect(move.headline).toHaveText(/^300 moved, 100 to .+, 100 to .+, 100 to .+$/);
  await expect(move.headline).toBeInViewport();
  await expect(move.table.getByRole('row').filter({ hasText: 'Hana Sato' })).toBeInViewport();
  await expect(move.confirm('Move 300 conversations')).toBeInViewport({ ratio: 1 });
  if (process.env.HANDOFF_PICTURE === '1') await page.screenshot({ path: PICTURE, animations: 'disabled', caret: 'hide' });
});
