// The server does not answer, or the session ends, in the middle of a move: nothing is lost, and nothing happens twice.
import type { Page } from '@playwright/test';
import { enterCampaign, expect, holdings, message, MoveDialog, operations, people, Server, test } from '../fixtures/index.ts';

const COMMIT = '**/api/overview/commit';

async function sixToTwo(page: Page): Promise<MoveDialog> {
  const move = await MoveDialog.open(page, 'Bulk Reassign Some');
  await move.number.fill('6');
  await move.give('Abby Okafor', 'Lindsey Tran');
  await expect(move.headline).toHaveText('6 moved, 3 to Abby Okafor, 3 to Lindsey Tran');
  return move;
}

const unknown = (move: MoveDialog) =>
  move.dialog.getByRole('status').getByText(/^The server cannot be reached, so nobody knows yet whether this move happened\./);

/** What becomes of the first commit on its way; those after it arrive. Answers the operation ids that were sent. */
async function firstCommit(page: Page, lose: 'the request' | 'the answer', held?: Promise<void>): Promise<number[]> {
  const ids: number[] = [];
  await page.route(COMMIT, async (route) => {
    ids.push((route.request().postDataJSON() as { operation: number }).operation);
    if (ids.length > 1) {
      await held;
      return route.continue();
    }
    if (lose === 'the answer') await route.fetch();
    return route.abort();
  });
  return ids;
}

for (const lose of ['the request', 'the answer'] as const) {
  test(`${lose} of a commit is lost on the way`, async ({ page, complaints }) => {
    complaints.expect(/\/api\/overview\/commit/);
    const campaign = await enterCampaign(page);
    let release = () => {};
    const ids = await firstCommit(page, lose, new Promise<void>((resolve) => (release = resolve)));
    const move = await sixToTwo(page);
    await move.confirm('Move 6 conversations').click();
    await expect(unknown(move)).toBeVisible();
    await expect(move.number, 'what was sent cannot be changed').toBeDisabled();
    await expect(move.dialog.getByText('Asking the server again whether this move happened. It cannot happen twice.')).toBeVisible();
    release();
    await expect(message(page, /^The answer was lost on the way; the move happened, once\. 6 moved, 3 to Abby Okafor, 3 to Lindsey Tran$/)).toBeVisible();
    await expect(move.dialog).toBeHidden();
    expect(ids).toHaveLength(2);
    expect(ids[1], 'the same operation').toBe(ids[0]);
    expect(await holdings(page, campaign)).toEqual({ Unassigned: 6, 'Abby Okafor': 3, 'Lindsey Tran': 3 });
    expect(await operations(page, campaign)).toBe(1);
  });
}

test('a click is enough: a second one while the answer is awaited sends nothing', async ({ page }) => {
  const campaign = await enterCampaign(page);
  let [sent, release] = [0, () => {}];
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route(COMMIT, async (route) => {
    sent += 1;
    await held;
    await route.continue();
  });
  const move = await sixToTwo(page);
  await move.confirm('Move 6 conversations').dblclick();
  await move.confirm('Asking the server …').click({ force: true });
  release();
  await expect(message(page, '6 moved, 3 to Abby Okafor, 3 to Lindsey Tran')).toBeVisible();
  expect(sent).toBe(1);
  expect(await operations(page, campaign)).toBe(1);
});

test('the server is killed and comes back while a move is committed', async ({ browser, complaints }, info) => {
  const server = await Server.start(`killed_${info.workerIndex}`);
  const context = await browser.newContext({ baseURL: server.url });
  let back: Server | undefined;
  try {
    complaints.listen(context);
    complaints.expect(/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE|ERR_NETWORK/);
    const page = await context.newPage();
    const campaign = await enterCampaign(page);
    const move = await sixToTwo(page);
    await server.kill();
    await move.confirm('Move 6 conversations').click();
    await expect(unknown(move)).toBeVisible();
    back = await Server.on(server.database, 'demo', new URL(server.url).host);
    await expect(message(page, /6 moved, 3 to Abby Okafor, 3 to Lindsey Tran$/)).toBeVisible({ timeout: 30_000 });
    expect(await holdings(page, campaign)).toEqual({ Unassigned: 6, 'Abby Okafor': 3, 'Lindsey Tran': 3 });
    expect(await operations(page, campaign)).toBe(1);
  } finally {
    await context.close();
    await server.stop();
    await (back ?? server).remove();
  }
});

test('the session ends in the middle of a dialog, and nothing that was chosen is lost', async ({ page, complaints }) => {
  complaints.expect(/status of 401/);
  const campaign = await enterCampaign(page);
  const move = await sixToTwo(page);
  await page.context().clearCookies();
  await move.confirm('Move 6 conversations').click();
  const again = page.getByRole('dialog', { name: 'Sign in again' });
  await expect(again.getByText('Your session has ended. Sign in again to go on: everything on this page is kept.')).toBeVisible();
  await expect(again.getByText(people.admin.email)).toBeVisible();
  expect(new URL(page.url()).pathname).toBe(campaign.path);

  await again.getByLabel('Password').fill('not the password');
  await again.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(again.getByText(/^The e-mail address or the password is wrong\./)).toBeVisible();
  await again.getByLabel('Password').fill(people.admin.password);
  await again.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(again).toBeHidden();
  await expect(message(page, '6 moved, 3 to Abby Okafor, 3 to Lindsey Tran')).toBeVisible();
  expect(await holdings(page, campaign)).toEqual({ Unassigned: 6, 'Abby Okafor': 3, 'Lindsey Tran': 3 });
  expect(await operations(page, campaign)).toBe(1);
});
