// What is known of a contact is corrected where it is noticed.
import { enter, expect, listed, test, textedCampaign } from '../fixtures/index.ts';

test('an admin corrects a contact, and what is too long is said and kept', async ({ page, axe, complaints }) => {
  complaints.expect(/status of 422/);
  const campaign = await textedCampaign(page);
  const whose = { Member: campaign.texters[0]! };
  const [first] = await listed(page, campaign, whose);
  await enter(page, `/campaigns/${campaign.id}/messenger?as=${campaign.texters[0]}&tab=initial&conversation=${first!.id}&side=info`);
  const details = page.getByRole('region', { name: 'Details', exact: true });
  await details.getByRole('button', { name: 'Correct…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Correct the contact' });
  await expect(dialog.getByLabel('First name')).toHaveValue(first!.first_name);
  await axe(page);
  await dialog.getByLabel('First name').fill('x'.repeat(101));
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByText('This name has 101 characters. Shorten it to 100.')).toBeVisible();
  await expect(dialog.getByLabel('First name')).toHaveValue('x'.repeat(101));
  await dialog.getByLabel('First name').fill('Adélaïde');
  await dialog.getByLabel('First name').press('Enter');
  await expect(dialog).toBeHidden();
  const conversation = page.getByRole('region', { name: 'Conversation', exact: true });
  await expect(conversation.getByRole('heading', { level: 2 })).toHaveText(`Adélaïde ${first!.last_name}`);
  await expect(details.getByText(`Adélaïde ${first!.last_name}`)).toBeVisible();
});
