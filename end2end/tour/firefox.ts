// Firefox as it is installed, by WebDriver BiDi.
import { launch } from 'puppeteer-core';
import { PATIENCE, READ, SIZE, type Browser } from './browser.ts';

export async function firefox(): Promise<Browser> {
  const executablePath = process.env.HANDOFF_FIREFOX;
  if (!executablePath) throw new Error('HANDOFF_FIREFOX is not set: run the tour with cargo xtask e2e --browser firefox');
  const browser = await launch({ browser: 'firefox', executablePath, defaultViewport: SIZE, timeout: PATIENCE });
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE);
  const heard: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') heard.push(message.text());
  });
  page.on('pageerror', (error) => heard.push(String(error)));
  const clicked = async (selector: string, what: string, count = 1) => {
    await page.locator(selector).click({ count }).catch((cause: unknown) => {
      throw new Error(`waiting for the ${what}`, { cause });
    });
  };
  return {
    goto: async (address) => void (await page.goto(address)),
    click: (role, name) => clicked(`::-p-aria([name=${JSON.stringify(name)}][role="${role}"])`, `${role} “${name}”`),
    type: async (name, text) => {
      // A password has no role, and its label has the same name.
      await clicked(`:is(input, textarea)::-p-aria([name=${JSON.stringify(name)}])`, `field “${name}”`, 3);
      await page.keyboard.type(text);
    },
    text: async () => String(await page.evaluate(READ)),
    complaints: async () => heard,
    close: () => browser.close(),
  };
}
