// A person at a browser: Debian's Chromium without a screen, driven through npm's playwright-core.
//
// Reads one JSON object from its first line: {chromium, pin}, the program and the hash of the one certificate that is
// trusted. Writes {"ready"}, then answers each line {id, do, ...} with {id, ...}; several may be under way at once.
import { createRequire } from 'node:module';
import path from 'node:path';
import readline from 'node:readline';

const { chromium } = createRequire(path.join(process.argv[2], 'package.json'))('playwright-core');

const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const asked = JSON.parse((await lines.next()).value);
const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);

const browser = await chromium.launch({
  executablePath: asked.chromium,
  args: [
    // In a container, as root, Chromium cannot make its own sandbox; it sees nothing but this machine.
    '--no-sandbox',
    '--disable-dev-shm-usage',
    '--no-proxy-server',
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost',
    `--ignore-certificate-errors-spki-list=${asked.pin}`,
  ],
});
const held = new Map();
const back = (address) => address.protocol === 'http:' && address.hostname === 'localhost';

async function logIn(page, login) {
  await page.fill('input[name=login]', login);
  await page.fill('input[name=password]', 'anything');
  await Promise.all([page.waitForURL(/.*/, { waitUntil: 'commit' }), page.click('button[type=submit]')]);
}

async function shown(page) {
  await page.waitForLoadState();
  return { title: await page.title(), text: await page.innerText('body'), address: page.url() };
}

const deeds = {
  // Signs in, accepts what is asked, and tells what the last page shows.
  async accept({ address, login }, page) {
    await page.goto(address);
    await logIn(page, login);
    await page.click('button:has-text("Continue")');
    await page.waitForURL(back);
    return shown(page);
  },
  // Signs in, but declines what is asked.
  async decline({ address, login }, page) {
    await page.goto(address);
    await logIn(page, login);
    await page.click('a:has-text("Cancel")');
    await page.waitForURL(back);
    return shown(page);
  },
  // Looks at the page, and closes it.
  async close({ address }, page) {
    await page.goto(address);
    return { title: await page.title() };
  },
  // As accept, but the answer to permdesk stays in the browser until it is let go.
  async hold({ id, address, login }, page) {
    const letGo = new Promise((resolve) => held.set(id, resolve));
    await page.route(back, async (route) => {
      say({ id, held: true });
      await letGo;
      await route.continue();
    });
    return deeds.accept({ address, login }, page);
  },
  async letGo({ which }) {
    held.get(which)();
    return {};
  },
  // Enters a device code, signs in and accepts, or aborts.
  async code({ address, code, login, abort }, page) {
    await page.goto(address);
    await page.fill('input[name=user_code]', code);
    await page.click('button[type=submit]');
    await page.waitForSelector('button[name=abort]');
    if (abort) {
      await page.click('button[name=abort]');
      return shown(page);
    }
    await page.click('button[autofocus]');
    await page.waitForSelector('input[name=login]');
    await logIn(page, login);
    await page.click('button:has-text("Continue")');
    await page.waitForSelector('h1:has-text("Success")');
    return shown(page);
  },
};

async function answer({ id, do: deed, ...told }) {
  if (deed === 'letGo') return { id, ...(await deeds.letGo(told)) };
  const context = await browser.newContext();
  context.setDefaultTimeout(20_000);
  try {
    return { id, ...(await deeds[deed]({ id, ...told }, await context.newPage())) };
  } finally {
    await context.close();
  }
}

say({ ready: true });
for await (const line of lines) {
  const told = JSON.parse(line);
  answer(told).then(say, (error) => say({ id: told.id, failed: String(error.message) }));
}
await browser.close();
process.exit(0);
