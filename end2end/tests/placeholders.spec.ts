// The page of the initial message: what is empty for whom, whose name stands there, and what other tools write.
import { enterCampaign, expect, importContacts, message, tab, test } from '../fixtures/index.ts';

test('an initial message: empty placeholders are counted, those of other tools refused, the texter has a name', async ({ page, axe }) => {
  const campaign = await enterCampaign(page, { contacts: 0 });
  await importContacts(page, campaign.id, 'First,Last,Phone\nAda,Park,4155550180\n,Ruiz,4155550181\n,Okoye,4155550182');
  await tab(page, 'Messages').click();
  const text = page.getByRole('textbox', { name: 'Initial message' });
  const save = page.getByRole('button', { name: 'Save message' });
  const preview = page.getByRole('region', { name: 'As contacts will read it' });
  const refused = page.getByRole('alert').filter({ hasText: 'would be sent as it stands' });
  await text.fill('Hi [first_name], will you come?');
  await expect(refused).toContainText('"[first_name]" would be sent as it stands');
  await expect(save).toHaveAttribute('aria-disabled', 'true');
  await text.fill('Hi {{ first_name }}, this is ');
  await page.getByRole('button', { name: 'Insert {texter_first_name}' }).click();
  await expect(text).toHaveValue('Hi {{ first_name }}, this is {texter_first_name}');
  await expect(preview.getByText('Hi Ada, this is Sam', { exact: true })).toBeVisible();
  await expect(preview.getByText('Sam Rivera stands for who sends it.')).toBeVisible();
  await save.click();
  await expect(message(page, 'Message saved.')).toBeVisible();
  const empty = page.getByText('2 contacts have nothing under {first_name}, and will read nothing there. Write {first_name|there} to say "there" to them.');
  await expect(empty).toBeVisible();
  await axe(page);
  await text.fill('Hi {first_name|there}!  ');
  await expect(empty).toBeHidden();
  await save.click();
  // What was saved has no blanks at its end, and the box shows what was saved.
  await expect(text).toHaveValue('Hi {first_name|there}!');
  await expect(page.getByText('Not saved yet')).toBeHidden();
  await expect(empty).toBeHidden();
});
