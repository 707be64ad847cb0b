import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, type BrowserContext, type Page } from "playwright-core";

const CHROMIUM = "/usr/bin/chromium";
const root = fileURLToPath(new URL("../../", import.meta.url));

/** Whether the browser of these tests is there. Without it they cannot be: in CI that is a failure, elsewhere it is said aloud. */
export function hasBrowser(): boolean {
  if (existsSync(CHROMIUM)) return true;
  if (process.env["CI"] === "true") throw new Error(`${CHROMIUM} is not there; install Debian's chromium`);
  process.stdout.write(
    "\n*** NOT TRIED: the browser journeys. Install Debian's `chromium` and `fonts-noto-cjk`. ***\n\n",
  );
  return false;
}

/** Builds the client when it is older than its sources, as `npm start` does. */
export function buildClient(): void {
  const done = spawnSync(process.execPath, [join(root, "apps/web/tools/build.ts"), "--if-stale"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (done.status !== 0) throw new Error("the client could not be built");
}

/** One person's browser, with a profile of its own. */
export interface TestBrowser extends AsyncDisposable {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the console and the policy complained of. */
  readonly complaints: readonly string[];
}

/** How a browser looks at the app. */
export interface BrowserOptions {
  readonly width?: number;
  readonly height?: number;
  readonly locale?: string;
  readonly colorScheme?: "light" | "dark";
  /** A proxy for everything, `127.0.0.1:3128`; certificates of sites are not looked at then. */
  readonly proxy?: string;
}

/** Opens a browser with an empty profile. */
export async function openBrowser(options: BrowserOptions = {}): Promise<TestBrowser> {
  const profile = mkdtempSync(join(tmpdir(), "causeway-browser-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    headless: true,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      // Also for what is at this machine itself.
      ...(options.proxy === undefined ? [] : [`--proxy-server=${options.proxy}`, "--proxy-bypass-list=<-loopback>"]),
    ],
    ignoreHTTPSErrors: options.proxy !== undefined,
    viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
    locale: options.locale ?? "en-GB",
    colorScheme: options.colorScheme ?? "light",
  });
  const page = context.pages()[0] ?? (await context.newPage());
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(`thrown: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" && !isExpected(message.text())) complaints.push(message.text());
  });
  return {
    context,
    page,
    complaints,
    [Symbol.asyncDispose]: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** Matrix answers 404 to a client that asks whether something is there yet; the browser writes down each. */
function isExpected(text: string): boolean {
  if (/net::ERR_(CONNECTION|SOCKET|INTERNET|NETWORK|INCOMPLETE|EMPTY)/.test(text)) return true; // tests stop servers
  if (/^matrix: (\/sync error|Error sending event|Can.t fetch server versions|Getting push rules)/.test(text))
    return true;
  if (text.startsWith("ConnectionError: fetch failed")) return true;
  return text.startsWith("Failed to load resource: the server responded with a status of 404");
}

const SCREENSHOTS = join(root, "screenshots");

/** Keeps a picture of a screen in the folder that git ignores. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
}

const axe = readFileSync(fileURLToPath(import.meta.resolve("axe-core")), "utf8");

/** What axe finds wrong on a page, in words. It is evaluated by the debugger, which the policy of the page does not bind. */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  return await page.evaluate(async () => {
    const run: unknown = Reflect.get(Object(Reflect.get(globalThis, "axe")), "run");
    if (typeof run !== "function") throw new Error("axe did not load");
    const { violations } = await run(document, { resultTypes: ["violations"] });
    return violations.map((fault: { id: string; nodes: readonly { html?: string; failureSummary?: string }[] }) => {
      const [first] = fault.nodes;
      return `${fault.id}: ${first?.html ?? ""} ${first?.failureSummary ?? ""}`;
    });
  });
}

/** Looks at a screen as it stands: keeps its picture, asks axe, and sees that nothing runs out of it sideways. */
export async function look(page: Page, name: string): Promise<void> {
  await picture(page, name);
  assert.deepEqual(await accessibilityFaults(page), [], name);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= (page.viewportSize()?.width ?? 0), `${name} is ${wide} px wide`);
}

/** What the front door's parts are called. */
export interface SignInWords {
  readonly username: string;
  readonly password: string;
  readonly signIn: string;
}

export const english: SignInWords = { username: "Username", password: "Password", signIn: "Sign in" };
export const traditional: SignInWords = { username: "用戶名稱", password: "密碼", signIn: "登入" };
export const simplified: SignInWords = { username: "用户名", password: "密码", signIn: "登录" };

/** Fills the front door in, in the language that it is shown in, and goes through. */
export async function enterAt(
  page: Page,
  address: string,
  who: { readonly name: string; readonly password: string; readonly words?: SignInWords },
): Promise<void> {
  const words = who.words ?? english;
  await page.goto(address);
  await page.getByRole("textbox", { name: words.username }).fill(who.name);
  await page.getByRole("textbox", { name: words.password }).fill(who.password);
  await page.getByRole("button", { name: words.signIn, exact: true }).click();
}

/** Signs in as a person would. */
export async function signIn(
  page: Page,
  url: string,
  who: { readonly name: string; readonly password: string },
): Promise<void> {
  await enterAt(page, url, who);
  await page.getByRole("list", { name: "Rooms" }).or(page.getByText("No rooms yet")).first().waitFor();
}
