// For how many conversations follow-ups are still due.
import { ask, enter, expect, fits, listed, openMessenger, test, textedCampaign } from '../fixtures/index.ts';

test.describe.configure({ timeout: 120_000 });

test('follow-ups say for how many conversations they are still due, to texters and to admins', async ({ page, anotherPerson, axe }) => {
  const campaign = await textedCampaign(page);
  const { id } = campaign;
  const rows = await listed(page, campaign, { Member: campaign.texters[0]! });
  for (const row of rows) await ask(page, 'messenger/send', { conversation: row.id, message: row.id + 7, kind: 'Initial', follow_up: null, text: 'Hi', all: false });
  await ask(page, 'follow-ups/save', { campaign: id, id: id + 3, title: 'Reminder', text: 'It is tomorrow!', audience: 'Everyone', expires_at: null });
  await ask(page, 'follow-ups/save', { campaign: id, id: id + 4, title: 'To who was silent', text: 'Are you there?', audience: { Status: 'Waiting' }, expires_at: null });
  await ask(page, 'follow-ups/save', { campaign: id, id: id + 5, title: 'To who answered', text: 'Thanks!', audience: { Status: 'Replied' }, expires_at: null });
  const texter = await anotherPerson();
  await openMessenger(texter, campaign, 'follow-ups');
  const due = texter.getByRole('list', { name: 'Follow-ups still to send' }).getByRole('listitem');
  await expect(due).toHaveText([/Reminder\s*4/, /To who was silent\s*4/]);
  await axe(texter);
  await fits(texter, 'the list of follow-ups');
  await texter.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(due).toHaveText([/Reminder\s*3/, /To who was silent\s*4/]);

  await enter(page, `${campaign.path}/message?part=follow-ups`);
  const one = (title: string) => page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: title }) });
  await expect(one('Reminder')).toContainText('Sent to 1');
  await expect(one('Reminder')).toContainText('Still due in 3 conversations');
  await expect(one('To who was silent')).toContainText('Still due in 4 conversations');
  await expect(one('To who answered')).toContainText('Due nowhere now');
  await axe(page);
  await fits(page, 'the follow-ups');
});
