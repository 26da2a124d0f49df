// Somebody who looks at a report: Debian's Chromium without a screen, driven through npm's playwright-core.
//
// Reads one JSON object from its standard input: {chromium, proxy, file, pictures, briefly}: the program, the
// address of what listens in place of the network, the page, the folder for what is seen of it, and whether to open the
// page only. Writes one JSON object with what was
// found. Nothing is judged here.
import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';

const parts = createRequire(path.join(process.argv[2], 'package.json'));
const { chromium } = parts('playwright-core');
const axe = fs.readFileSync(parts.resolve('axe-core/axe.min.js'), 'utf8');
const asked = JSON.parse(fs.readFileSync(0, 'utf8'));
const address = `file://${asked.file}`;
const found = { requests: [], errors: [], policy: [], axe: {}, wide: {}, filter: {} };

const browser = await chromium.launch({
  executablePath: asked.chromium,
  args: [
    // In a container, as root, Chromium cannot make its own sandbox.
    '--no-sandbox',
    '--disable-dev-shm-usage',
    '--no-pings',
    // What the browser asks for itself, whatever it shows, finds no network.
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
  ],
});

async function opened(name, options, javaScriptEnabled = true) {
  // Whatever a page asks of any network goes to the listener.
  const proxy = { server: asked.proxy, bypass: '<-loopback>' };
  const context = await browser.newContext({ ...options, javaScriptEnabled, proxy });
  const page = await context.newPage();
  const network = await context.newCDPSession(page);
  await network.send('Network.enable');
  network.on('Network.requestWillBeSent', ({ request }) => {
    if (request.url !== address && !request.url.startsWith('data:')) found.requests.push(request.url);
  });
  page.on('pageerror', (error) => found.errors.push(`${name}: ${error.message}`));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) found.errors.push(`${name}: ${message.text()}`);
  });
  await page.addInitScript(() => {
    globalThis.refused = [];
    document.addEventListener('securitypolicyviolation', (event) => {
      globalThis.refused.push(`${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  await page.goto(address);
  await page.waitForLoadState('load');
  return page;
}

const judged = async (page) => {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  return violations.map(({ id, impact, nodes }) => `${id} (${impact}): ${nodes.length}, ${nodes[0].html.slice(0, 200)}`);
};
const picture = (page, name) => page.screenshot({ path: path.join(asked.pictures, `${name}.png`), fullPage: true });
const overhang = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
const shown = (page) => page.evaluate(() => [...document.querySelectorAll('tr[data-status]')]
  .filter((row) => row.checkVisibility()).map((row) => [row.dataset.status, row.textContent, row.querySelector('th').innerText.split('\n')[0]]));

async function filtered(page) {
  const told = () => page.locator('#filter output').textContent();
  const search = page.locator('#filter input[type=search]');
  const result = { before: await shown(page), told: [await told()] };
  if (!result.before.length) return result;
  const status = result.before[0][0];
  await page.locator(`#filter input[type=checkbox][value="${status}"]`).focus();
  await page.keyboard.press('Space');
  result.status = status;
  result.byStatus = await shown(page);
  result.told.push(await told());
  await picture(page, 'filtered');
  result.axe = await judged(page);
  const word = result.before[0][2].slice(0, 12);
  await search.fill(word.toUpperCase());
  await page.locator('#filter-note', { hasText: word.toUpperCase() }).waitFor({ state: 'attached' });
  result.word = word;
  result.byBoth = await shown(page);
  result.told.push(await told());
  result.note = await page.locator('#filter-note').textContent();
  await search.fill('no such permission anywhere');
  await page.waitForFunction(() => /^0 /.test(document.querySelector('#filter output').value));
  result.none = await shown(page);
  result.partsLeft = await page.locator('section.part:visible').count();
  result.linksLeft = await page.locator('nav a:visible').count();
  await page.getByRole('button', { name: 'Clear the filter' }).click();
  result.after = await shown(page);
  result.told.push(await told());
  return result;
}

if (asked.briefly) {
  const page = await opened('briefly', { viewport: { width: 800, height: 600 } });
  await page.waitForTimeout(500);
  found.policy = await page.evaluate(() => globalThis.refused);
  await browser.close();
  process.stdout.write(JSON.stringify(found));
  process.exit(0);
}

const desk = { viewport: { width: 1400, height: 950 } };
for (const colorScheme of ['light', 'dark']) {
  const page = await opened(colorScheme, { ...desk, colorScheme });
  await picture(page, colorScheme);
  found.axe[colorScheme] = await judged(page);
  found.wide[colorScheme] = await overhang(page);
  if (colorScheme === 'light') {
    found.title = await page.title();
    found.text = await page.evaluate(() => document.querySelector('main').innerText);
    await page.pdf({ path: path.join(asked.pictures, 'printed.pdf'), format: 'A4', printBackground: true });
    found.filter = await filtered(page);
  } else {
    // A page that is dark on screen is printed on white paper.
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    found.paperGround = await page.evaluate(() => {
      const { color } = getComputedStyle(document.querySelector('h1'));
      return [color, getComputedStyle(document.body).backgroundColor];
    });
  }
  found.policy.push(...await page.evaluate(() => globalThis.refused));
  await page.context().close();
}
{
  const page = await opened('phone', { viewport: { width: 390, height: 844 }, colorScheme: 'light' });
  await picture(page, 'phone');
  found.axe.phone = await judged(page);
  found.wide.phone = await overhang(page);
  await page.context().close();
}
{
  const page = await opened('without script', desk, false);
  found.withoutScript = {
    filter: await page.locator('#filter').isVisible(),
    rows: await page.locator('tr[data-status]:visible').count(),
    parts: await page.locator('section.part:visible').count(),
  };
  await page.context().close();
}
await browser.close();
process.stdout.write(JSON.stringify(found));
