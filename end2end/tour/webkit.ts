// WebKitGTK as it is installed, by WebDriver.
import { expect } from '@playwright/test';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { Builder, By, Capabilities, error, type WebDriver, type WebElement } from 'selenium-webdriver';
import { PATIENCE, READ, SIZE, type Browser, type Role } from './browser.ts';

/** Where to look; the driver then tells the names. */
const ELEMENTS: Record<Role | 'field', string> = {
  button: 'button',
  link: 'a[href]',
  menuitem: '[role=menuitem]',
  option: '[role=option]',
  field: 'input, textarea',
};

/** The driver hears nothing of the console: the page listens to itself, from when it is loaded. */
const LISTEN = `
  window.heard = [];
  const say = console.error;
  console.error = (...words) => { heard.push(words.join(' ')); say(...words); };
  addEventListener('error', ({ message }) => heard.push(message));
  addEventListener('unhandledrejection', ({ reason }) => heard.push(String(reason)));
  addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => heard.push(violatedDirective + ' ' + blockedURI));
`;

/** A dialog that opens takes the focus in the next frame: nobody is faster than that. */
const REST = 'requestAnimationFrame(() => requestAnimationFrame(arguments[0]))';

export async function webkit(): Promise<Browser> {
  const port = await freePort();
  const service = spawn('WebKitWebDriver', [`--port=${port}`], { stdio: 'inherit' });
  const driver = await connect(port).catch((reason: unknown) => {
    service.kill();
    throw reason;
  });
  const heard: string[] = [];
  const hear = async () => void heard.push(...(await driver.executeScript<string[]>('return window.heard?.splice(0) ?? []')));
  const withNamed = async (what: Role | 'field', name: string, act: (element: WebElement) => Promise<void>) => {
    // While the page changes, what was just found may be gone or covered the next moment.
    let cause: unknown;
    const attempt = async () => {
      try {
        for (const element of await driver.findElements(By.css(ELEMENTS[what]))) {
          // In this order: what is hidden has no name, and the driver fails.
          if (!(await element.isDisplayed()) || (await element.getAccessibleName()) !== name) continue;
          await driver.executeAsyncScript(REST);
          await act(element);
          return true;
        }
      } catch (caught) {
        if (!(caught instanceof error.WebDriverError)) throw caught;
        cause = caught;
      }
      return false;
    };
    await driver.wait(attempt, PATIENCE).catch((timeout: unknown) => {
      throw new Error(`waiting for the ${what} “${name}”`, { cause: cause ?? timeout });
    });
  };
  return {
    goto: async (address) => {
      await hear();
      await driver.get(address);
      await driver.executeScript(LISTEN);
    },
    click: (role, name) => withNamed(role, name, (element) => element.click()),
    type: (name, text) =>
      withNamed('field', name, async (element) => {
        await element.clear();
        await element.sendKeys(text);
      }),
    text: () => driver.executeScript<string>(`return ${READ}`),
    complaints: async () => {
      await hear();
      return heard;
    },
    close: async () => {
      await driver.quit().finally(() => service.kill());
    },
  };
}

async function connect(port: number): Promise<WebDriver> {
  const address = `http://127.0.0.1:${port}`;
  await expect(() => fetch(`${address}/status`), 'the driver is there').toPass({ timeout: PATIENCE });
  const capabilities = new Capabilities({ browserName: 'MiniBrowser' });
  const driver = await new Builder().usingServer(address).withCapabilities(capabilities).build();
  await driver.manage().window().setRect({ x: 0, y: 0, ...SIZE });
  return driver;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
