// The Conversations Overview: who holds what, a bulk move that is previewed, committed and undone.
import type { Page } from '@playwright/test';
import { enter, enterCampaign, expect, holdings, message, MoveDialog, progressOf, signIn, tab, tabTo, test, texterRow } from '../fixtures/index.ts';

interface Row {
  name: string;
  sent: number;
  assigned: number;
  needsReply: number;
}

/** The table as it is read, from top to bottom. */
async function rows(page: Page): Promise<Row[]> {
  const table = page.getByRole('table', { name: 'Texters' });
  await expect(table.getByRole('rowheader').first()).toBeVisible();
  const number = (text: string | undefined) => Number((text ?? '').replace(/\D/g, ''));
  const texts = await table.getByRole('row').filter({ has: page.getByRole('rowheader') }).evaluateAll((rows) =>
    rows.map((row) => [...row.querySelectorAll('th, td')].map((cell) => (cell as HTMLElement).innerText)),
  );
  return texts.map(([name, , progress, needsReply]) => {
    const [sent, assigned] = (progress ?? '').split('/');
    return { name: (name ?? '').trim(), sent: number(sent), assigned: number(assigned), needsReply: number(needsReply) };
  });
}

/** A name as it is sorted: without case and accents. */
const folded = (name: string) => name.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase().replaceAll('ł', 'l').replaceAll('ø', 'o');
const isSorted = <T>(all: T[], compare: (one: T, other: T) => number) => all.every((one, at) => at === 0 || compare(all[at - 1]!, one) <= 0);

async function openDemoCampaign(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Weekend of action' }).click();
  await expect(page.getByRole('heading', { name: 'Weekend of action', level: 1 })).toBeVisible();
}

test('the demo campaign at a glance', async ({ page }) => {
  await signIn(page);
  await openDemoCampaign(page);
  const standings = page.getByRole('region', { name: 'Conversations by status' });
  // The name of the campaign is there before its figures are.
  await expect(standings.locator('.standing')).toHaveCount(7);
  const tiles = await standings.locator('.standing').evaluateAll((tiles) =>
    tiles.map((tile) => [tile.querySelector('dt')?.textContent?.trim() ?? '', Number(tile.querySelector('.standing-count')?.textContent?.replace(/\D/g, ''))] as const),
  );
  expect(tiles.map(([words]) => words)).toEqual(['Total', 'Not started', 'Needs reply', 'Waiting', 'Replied', 'Resolved', 'Opted out']);
  const [[, total], ...parts] = tiles as [readonly [string, number], ...(readonly [string, number])[]];
  expect(total).toBe(3_840);
  expect(parts.reduce((sum, [, count]) => sum + count, 0)).toBe(total);
  await expect(standings.getByRole('img', { name: /^3,840 conversations: / })).toBeVisible();

  const table = await rows(page);
  expect(table).toHaveLength(25);
  // Six were escalated to the admins.
  expect(table[0]).toMatchObject({ name: 'Unassigned', sent: 6, assigned: 1_240 });
  expect(table.reduce((sum, { assigned }) => sum + assigned, 0)).toBe(total);
  expect(table.reduce((sum, { needsReply }) => sum + needsReply, 0)).toBe(new Map(parts).get('Needs reply'));
  await expect(texterRow(page, 'Abby Okafor')).toContainText(/Online|Offline/);
});

test('the table is sorted and searched, and a reload keeps it', async ({ page }) => {
  await enter(page, '/campaigns');
  await openDemoCampaign(page);
  const header = (name: string) => page.getByRole('columnheader', { name });
  const texters = async () => {
    const [first, ...texters] = await rows(page);
    expect(first?.name, 'Unassigned is pinned').toBe('Unassigned');
    return texters;
  };
  const byName = await texters();
  expect(isSorted(byName, (one, other) => (folded(one.name) < folded(other.name) ? -1 : 1))).toBe(true);

  await header('Progress').getByRole('button').click();
  await expect(page).toHaveURL(/sort=progress/);
  await expect(header('Progress')).toHaveAttribute('aria-sort', 'descending');
  expect(isSorted(await texters(), (one, other) => other.assigned - one.assigned || other.sent - one.sent)).toBe(true);
  await header('Progress').getByRole('button').click();
  await expect(header('Progress')).toHaveAttribute('aria-sort', 'ascending');
  expect(isSorted(await texters(), (one, other) => one.assigned - other.assigned || one.sent - other.sent)).toBe(true);

  await header('Needs reply').getByRole('button').click();
  await expect(header('Needs reply')).toHaveAttribute('aria-sort', 'descending');
  expect(isSorted(await texters(), (one, other) => other.needsReply - one.needsReply)).toBe(true);

  await page.getByRole('searchbox', { name: 'Search texters' }).fill('an');
  await expect(page).toHaveURL(/q=an/);
  const found = await rows(page);
  expect(found.length).toBeGreaterThan(2);
  expect(found.length).toBeLessThan(25);
  expect(found.every(({ name }) => folded(name).includes('an'))).toBe(true);
  await page.reload();
  await expect(page.getByRole('searchbox', { name: 'Search texters' })).toHaveValue('an');
  await expect(header('Needs reply')).toHaveAttribute('aria-sort', 'descending');
  expect((await rows(page)).map(({ name }) => name)).toEqual(found.map(({ name }) => name));

  await page.getByRole('searchbox', { name: 'Search texters' }).fill('nobody at all');
  await expect(page.getByText('No texter is called “nobody at all”.')).toBeVisible();
});

test('some conversations are moved and brought back, by keyboard only', async ({ page }) => {
  const campaign = await enterCampaign(page);
  expect(await holdings(page, campaign)).toEqual({ Unassigned: 12 });

  await tabTo(page, page.getByRole('button', { name: 'Bulk Reassign' }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menuitem', { name: 'Bulk Unassign All' })).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('menuitem', { name: 'Bulk Reassign Some' })).toBeFocused();
  await page.keyboard.press('Enter');
  const move = new MoveDialog(page);
  await expect(move.dialog.getByRole('heading', { name: 'Bulk Reassign Some' })).toBeVisible();

  await tabTo(page, move.to);
  await page.keyboard.type('abby');
  await page.keyboard.press('Enter');
  await expect(move.headline).toHaveText('1 moved to Abby Okafor');
  await page.keyboard.type('linds');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await expect(move.dialog).toBeVisible();
  await expect(move.headline).toHaveText('1 moved to Abby Okafor');

  await tabTo(page, move.number, 'Shift+Tab');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('1');
  await expect(move.headline).toHaveText('1 moved to Abby Okafor');
  await page.keyboard.type('2');
  await expect(move.headline).toHaveText('12 moved, 6 to Abby Okafor, 6 to Lindsey Tran');
  await page.keyboard.type('0');
  await expect(move.dialog.getByText('Only 12 of the 120 asked for are there.')).toBeVisible();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('6');
  await expect(move.headline).toHaveText('6 moved, 3 to Abby Okafor, 3 to Lindsey Tran');
  await expect(move.table.getByRole('row').filter({ hasText: 'Unassigned' })).toContainText(/6\s*go.*12.*becomes\s*6/s);
  await expect(move.table.getByRole('row').filter({ hasText: 'Lindsey' })).toContainText(/3\s*come.*0.*becomes\s*3/s);
  await expect(move.dialog.getByText('6 left over: they match, and are beyond the number chosen')).toBeVisible();

  await tabTo(page, move.confirm('Move 6 conversations'));
  await page.keyboard.press('Enter');
  await expect(message(page, '6 moved, 3 to Abby Okafor, 3 to Lindsey Tran')).toBeVisible();
  await expect(move.dialog).toBeHidden();
  await expect(progressOf(page, 'Unassigned')).toHaveText('0 / 6');
  await expect(progressOf(page, 'Abby')).toHaveText('0 / 3');
  await expect(progressOf(page, 'Lindsey')).toHaveText('0 / 3');
  expect(await holdings(page, campaign)).toEqual({ Unassigned: 6, 'Abby Okafor': 3, 'Lindsey Tran': 3 });

  await tabTo(page, page.getByRole('region', { name: 'Messages' }).getByRole('button', { name: 'Undo' }));
  await page.keyboard.press('Enter');
  await expect(move.dialog.getByRole('heading', { name: 'Undo' })).toBeVisible();
  await expect(move.table.getByRole('row').filter({ hasText: 'Unassigned' })).toContainText(/6\s*come.*6.*becomes\s*12/s);
  expect(await holdings(page, campaign), 'a preview moves nothing').toEqual({ Unassigned: 6, 'Abby Okafor': 3, 'Lindsey Tran': 3 });
  await tabTo(page, move.confirm('Restore 6 conversations'));
  await page.keyboard.press('Enter');
  await expect(move.dialog).toBeHidden();
  await expect(progressOf(page, 'Unassigned')).toHaveText('0 / 12');
  expect(await holdings(page, campaign)).toEqual({ Unassigned: 12 });

  await tabTo(page, tab(page, 'History'), 'Shift+Tab');
  await page.keyboard.press('Enter');
  const operations = page.getByRole('main').getByRole('listitem').filter({ hasText: 'by Maya Brooks' });
  await expect(operations).toHaveCount(2);
  await expect(operations.nth(0)).toContainText('Undo');
  await expect(operations.nth(1)).toContainText('Bulk move');
  await expect(operations.nth(1)).toContainText('Undone');
  await tabTo(page, operations.nth(1).getByRole('button', { name: '6 moved, 3 to Abby Okafor, 3 to Lindsey Tran', exact: true }));
  await page.keyboard.press('Enter');
  const people = operations.nth(1).getByRole('table');
  await expect(people.getByRole('row').filter({ hasText: 'Unassigned' })).toContainText(/6\s*go.*12.*becomes\s*6/s);
  await expect(people.getByRole('row').filter({ hasText: 'Abby Okafor' })).toContainText(/3\s*come.*0.*becomes\s*3/s);
  await expect(page).toHaveURL(/operation=\d+/);
});

test('an undo out of the history says what stays, and why', async ({ page }) => {
  const campaign = await enterCampaign(page);
  const first = await MoveDialog.open(page, 'Bulk Reassign Some');
  await first.number.fill('6');
  await first.give('Abby Okafor');
  await first.confirm('Move 6 conversations').click();
  await expect(progressOf(page, 'Abby')).toHaveText('0 / 6');
  // Two of the six move on.
  await page.getByRole('button', { name: 'Actions for Abby Okafor' }).click();
  await page.getByRole('menuitem', { name: 'Reassign some' }).click();
  const second = new MoveDialog(page);
  await expect(second.dialog.getByRole('heading', { name: 'Reassign some from Abby Okafor' })).toBeVisible();
  await second.number.fill('2');
  await second.give('Lindsey Tran');
  await second.confirm('Move 2 conversations').click();
  await expect(progressOf(page, 'Lindsey')).toHaveText('0 / 2');

  await tab(page, 'History').click();
  await page.getByRole('button', { name: 'Undo: 6 moved to Abby Okafor' }).click();
  const undo = new MoveDialog(page);
  await expect(undo.dialog.getByText('2 stay: they were moved again since')).toBeVisible();
  await undo.confirm('Restore 4 conversations').click();
  await expect(undo.dialog).toBeHidden();
  expect(await holdings(page, campaign)).toEqual({ Unassigned: 10, 'Lindsey Tran': 2 });
});

test('a number that is none gets a sentence, stays as typed, and moves nothing', async ({ page }) => {
  await enterCampaign(page);
  const move = await MoveDialog.open(page, 'Bulk Reassign Some');
  await expect(move.confirm('Move conversations'), 'nobody is chosen yet').toBeDisabled();
  await move.give('Abby Okafor');
  const wrong = [
    ['', 'Type how many to move, or choose All.'],
    ['six', '“six” is not a whole number. Type one, such as 6, or choose All.'],
    ['0', 'Choose at least 1, or close this dialog to move nothing.'],
    ['-3', 'Choose at least 1, or close this dialog to move nothing.'],
    ['99999999999', 'That is more than any campaign holds. Type a smaller number, or choose All.'],
  ] as const;
  for (const [typed, sentence] of wrong) {
    await move.number.fill(typed);
    await expect(move.dialog.getByRole('alert').filter({ hasText: sentence })).toBeVisible();
    await expect(move.number).toHaveValue(typed);
    await expect(move.confirm('Move conversations')).toBeDisabled();
  }
  await move.number.fill('3');
  await expect(move.confirm('Move 3 conversations')).toBeEnabled();
});

test('slider and number box stay together', async ({ page }) => {
  await enterCampaign(page);
  const move = await MoveDialog.open(page, 'Bulk Reassign Some');
  await move.give('Abby Okafor');
  await move.number.fill('5');
  await expect(move.slider).toHaveValue('5');
  await move.slider.press('ArrowRight');
  await expect(move.number).toHaveValue('6');
  await expect(move.headline).toHaveText('6 moved to Abby Okafor');
  await move.slider.press('End');
  await expect(move.number).toHaveValue('12');
  await move.slider.press('Home');
  await expect(move.number).toHaveValue('1');
  await expect(move.headline).toHaveText('1 moved to Abby Okafor');
});

test('all are divided among everyone, a status is picked, and a reload keeps the open dialog', async ({ page }) => {
  const campaign = await enterCampaign(page, { contacts: 10, texters: ['Abby Okafor', 'Lindsey Tran', 'Omar Haddad', 'Ruth Kim'] });
  const move = await MoveDialog.open(page, 'Bulk Reassign All');
  for (const [status, count] of [['Any', 10], ['Needs reply', 0], ['Not started', 10], ['Waiting', 0]] as const) {
    await expect(move.dialog.getByRole('radio', { name: `${status} ${count}` })).toBeVisible();
  }
  await move.dialog.getByRole('radio', { name: /^Not started/ }).check();
  await move.give('Everyone on this campaign');
  await expect(move.headline).toHaveText(/^10 moved, 3 to .+, 3 to .+, 2 to .+, 2 to .+$/);
  await expect(page).toHaveURL(/move=all.*to=everyone/);
  await page.reload();
  await expect(move.headline).toHaveText(/^10 moved, 3 to /);
  await expect(move.dialog.getByRole('radio', { name: /^Not started/ })).toBeChecked();
  await move.confirm('Move 10 conversations').click();
  await expect(move.dialog).toBeHidden();
  expect(Object.values(await holdings(page, campaign)).sort()).toEqual([2, 2, 3, 3]);

  const unassign = await MoveDialog.open(page, 'Bulk Unassign All');
  await expect(unassign.headline).toHaveText('10 moved to Unassigned');
  await unassign.confirm('Move 10 conversations').click();
  await expect(unassign.dialog).toBeHidden();
  expect(await holdings(page, campaign)).toEqual({ Unassigned: 10 });
});
