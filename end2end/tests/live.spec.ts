// The live connection: lost without a word, and found again.
import { expect, give, listed, openMessenger, Proxy, test, textedCampaign } from '../fixtures/index.ts';

test('a connection that died while the laptop slept is noticed, and what was missed is fetched', async ({ page, browser, server, complaints }) => {
  const campaign = await textedCampaign(page, { contacts: 6, given: 4 });
  const proxy = await Proxy.start(server.url);
  const context = await browser.newContext({ baseURL: proxy.url });
  try {
    complaints.listen(context);
    const texter = await context.newPage();
    await texter.clock.install();
    await openMessenger(texter, campaign);
    const rows = texter.getByRole('option');
    await expect(rows).toHaveCount(4);
    // While it lives, what an admin gives is there by itself.
    const [fifth, sixth] = await listed(page, campaign, 'Unassigned');
    await give(page, fifth!.id, campaign.texters[0]!);
    await expect(rows).toHaveCount(5);
    expect(proxy.silence(), 'connections that die').toBe(1);
    await give(page, sixth!.id, campaign.texters[0]!);
    await texter.clock.fastForward('01:00');
    await expect(rows).toHaveCount(6);
  } finally {
    await context.close();
    await proxy.stop();
  }
});
