/** The dashboard beside figures that Python counts in the database, the inbox of two people, and one's own password. */
import type { Locator, Page } from '@playwright/test';
import { figures, note } from '../support/database';
import { expect, open, ready, test } from '../support/fixtures';
import { look } from '../support/look';
import { annotateEverything, clickObject, jobPanel, opened } from '../support/session';
import { PASSWORD, join, signIn } from '../support/team';
import { fill } from '../support/years';

/** The value of a figure, in whatever section it stands. */
function tile(page: Page, title: string): Locator {
  return page
    .locator('.tile')
    .filter({ has: page.locator('dt', { hasText: new RegExp(`^${title}$`) }) })
    .locator('.tile-value');
}

/** The number in a figure. */
async function value(page: Page, title: string): Promise<number> {
  const text = await tile(page, title).innerText();
  return Number(text.replace(/[^\d.]/g, ''));
}

test.describe('alone', () => {
  test('figures are those of the database, and go on by themselves', async ({ page, server, truth }) => {
    test.setTimeout(300_000);
    await open(page, '/dashboard');
    await expect(page.getByText('Nothing to count yet')).toBeVisible();
    await look(page, 'dashboard-empty');
    await open(page, '/');
    await page.getByRole('button', { name: 'Open the example' }).click();
    const session = await opened(page);
    await annotateEverything(page, truth);
    await jobPanel(page).getByRole('button', { name: 'Start Offline Job' }).click();
    await expect(jobPanel(page).getByText('The offline job is done.')).toBeVisible({ timeout: 150_000 });
    await clickObject(page, truth, { ...truth.clicks[0], frame: truth.clicks[0].frame + 1 });

    await open(page, '/dashboard');
    const counted = figures(server.data);
    expect(counted.clicks).toBe(truth.clicks.length + 1);
    expect(await value(page, 'Done')).toBe(0);
    expect(await value(page, 'In review')).toBe(1);
    expect(await value(page, 'Clicks per object')).toBeCloseTo(counted.clicks / counted.objects, 1);
    expect(await value(page, 'Active time per object')).toBeCloseTo(counted.active / counted.objects, -1);
    const per1000 = (counted.corrections * 1000) / counted.frames;
    expect(counted.corrections).toBe(1);
    expect(await value(page, 'Corrections per 1,000 frames')).toBeCloseTo(per1000, 1);
    await expect(page.getByRole('heading', { name: 'The only session is not done yet' })).toBeVisible();

    // A review that ends elsewhere shows by itself, once something tells the page.
    note(server.data, session, 'status', { from: 'needs_review', to: 'reviewed' });
    const another = await page.context().newPage();
    await open(another, `/sessions/${session}`);
    await another.keyboard.press('Control+z');
    await expect(tile(page, 'Done')).toHaveText('1');
    await expect(page.getByRole('heading', { name: 'The only session is done' })).toBeVisible();
    expect(await value(page, 'Share sent back')).toBe(0);
    await another.close();

    // Every definition is at hand, and the address holds what is counted.
    await page.getByText('What the figures mean').click();
    await expect(page.locator('.definitions')).toContainText('pauses of less than 60 s');
    await page.getByRole('link', { name: '7 days' }).click();
    await expect(page).toHaveURL(/days=7/);
    await expect(page.getByText('Sessions done a day, in the last 7 days')).toBeVisible();
    const file = await page.request.get('/dashboard/effort.csv?days=7');
    const last = (await file.text()).trim().split('\n').at(-1) ?? '';
    expect(last.split(',').slice(2, 4).map(Number)).toEqual([counted.objects, counted.clicks]);
  });

  test('without scripts everything is there', async ({ browser, server }) => {
    const context = await browser.newContext({ baseURL: server.url, javaScriptEnabled: false });
    const page = await context.newPage();
    fill(server.data);
    await page.goto('/dashboard?days=90');
    await expect(page.locator('.column-chart rect.chart-column').first()).toBeAttached();
    await page.getByRole('combobox', { name: 'Scene type' }).selectOption('attic');
    await page.getByRole('button', { name: 'Show' }).click();
    await expect(page).toHaveURL(/days=90&scene=attic/);
    await expect(page.getByRole('row', { name: /^attic \d/ })).toBeVisible();
    await expect(page.getByRole('row', { name: /^kitchen \d/ })).toHaveCount(0);
    await context.close();
  });
});

test.describe('a team', () => {
  test.use({ serverArgs: ['--team'], allowed: /^error: Failed to load resource: .*(401|403|404)/ });

  test('a year of work in figures', async ({ page, server, anotherBrowser }) => {
    test.setTimeout(240_000);
    await join(page, server, 'Lea', 'lead');
    const anns = await anotherBrowser();
    await join(anns, server, 'Ann', 'annotator');
    fill(server.data);
    await open(page, '/dashboard?days=all');
    const counted = figures(server.data);
    for (const [title, wanted] of [
      ['Done', counted.heaps.done],
      ['In review', counted.heaps.in_review],
      ['Sent back', counted.heaps.sent_back],
      ['Waiting', counted.heaps.waiting],
      ['Clicks per object', counted.clicks / counted.objects],
      ['Corrections per 1,000 frames', (counted.corrections * 1000) / counted.frames],
      ['Share sent back', (100 * counted.sent_back) / (counted.good + counted.sent_back)],
      ['Review turnaround', counted.turnaround],
      ['Active time per object', counted.active / counted.objects],
    ] as const) {
      // As many digits as the page shows.
      const shown = await value(page, title);
      expect(Math.abs(shown - wanted), `${title}: ${shown}, not ${wanted}`).toBeLessThanOrEqual(0.5);
    }
    for (const [name, clicks] of Object.entries(counted.clicks_by_person)) {
      const row = page.getByRole('region', { name: 'Effort' }).getByRole('row', { name: new RegExp(`^${name} `) });
      await expect(row.getByRole('cell').nth(2)).toHaveText(clicks.toLocaleString('en'));
    }
    await look(page, 'dashboard-all');
    await open(page, '/dashboard');
    await look(page, 'dashboard');
    for (const name of ['Stuck', 'Effort', 'Queue']) {
      await page.getByRole('heading', { name, exact: true }).evaluate((heading) => heading.scrollIntoView());
      await look(page, `dashboard-${name.toLowerCase()}`);
    }
    // A lead says which job is next.
    const queue = page.getByRole('region', { name: 'Queue' });
    await expect(queue.getByRole('heading', { name: '1 job running, 2 waiting' })).toBeVisible();
    const waiting = queue.getByRole('row').filter({ hasText: 'Queued' }).getByRole('rowheader');
    const [first, second] = await waiting.allInnerTexts();
    await expect(queue.getByRole('button', { name: `Run ${first} next` })).toBeHidden();
    await queue.getByRole('button', { name: `Run ${second} next` }).click();
    await expect(waiting).toHaveText([second, first]);
    // Whoever does not lead sees how others do not.
    await open(anns, '/dashboard?days=all');
    const effort = anns.getByRole('region', { name: 'Effort' });
    await expect(effort.getByRole('row', { name: /^Ann / })).toBeVisible();
    await expect(effort.getByRole('row', { name: /^Bob / })).toHaveCount(0);
    await expect(anns.getByRole('button', { name: /^Run .* next$/ })).toHaveCount(0);
  });

  test('the inbox tells what others did, and the password is one\'s own', async ({ page, server, anotherBrowser }) => {
    test.setTimeout(240_000);
    await join(page, server, 'Lea', 'lead');
    const anns = await anotherBrowser();
    await join(anns, server, 'Ann', 'annotator');
    await open(anns, '/inbox');
    await expect(anns.getByText('Nothing yet')).toBeVisible();
    await look(anns, 'inbox-empty');
    await open(anns, '/');
    await page.getByRole('button', { name: 'Open the example' }).click();
    const session = await opened(page);
    await open(page, '/sessions');
    await page.getByRole('checkbox', { name: `Choose ${session}` }).check();
    await page.getByRole('region', { name: 'Chosen sessions' }).getByLabel('Annotator').selectOption('Ann');
    // Ann's page learns it by itself; Lea hears nothing of what she did.
    await expect(anns.getByRole('link', { name: 'Inbox, 1 new' })).toBeVisible();
    await expect(page.getByRole('link', { name: 'Inbox, nothing new' })).toBeVisible();
    note(server.data, session, 'commented', { title: 'cup 1', text: 'The handle is missing from frame 40 on' }, 'Lea');
    note(server.data, session, 'sent_back', { titles: ['cup 1'] }, 'Lea');
    note(server.data, session, 'job', { kind: 'propagate', state: 'failed', reason: 'the disk is full: free some space' });
    await anns.getByRole('link', { name: /^Inbox/ }).click();
    const news = anns.locator('.news > li');
    const unread = anns.locator('.news > .unread');
    await expect(news).toHaveCount(4);
    await expect(unread).toHaveCount(4);
    await expect(news.first()).toContainText('The offline job failed: the disk is full');
    await expect(news.nth(1)).toContainText('Lea sent back cup 1');
    await expect(news.nth(2)).toContainText('Lea on cup 1: The handle is missing');
    await expect(news.nth(3)).toContainText('Lea gave it to you to annotate');
    // Opening the page is reading it; what was new stays marked until the page is left.
    await expect(anns.getByRole('link', { name: 'Inbox, nothing new' })).toBeVisible();
    note(server.data, session, 'sent_back', { titles: ['lamp 1'] }, 'Lea');
    await look(anns, 'inbox');
    await open(anns, '/inbox');
    await expect(news).toHaveCount(5);
    await expect(unread).toHaveCount(1);
    await news.first().getByRole('link').click();
    await expect(anns).toHaveURL(new RegExp(`/sessions/${session}/review$`));

    // One's own password: the browser in which it is changed stays signed in.
    const elsewhere = await anotherBrowser();
    await open(elsewhere, '/sign-in');
    await signIn(elsewhere, 'Ann', PASSWORD);
    await elsewhere.waitForURL((url) => url.pathname === '/');
    await open(anns, '/');
    await anns.getByRole('button', { name: 'Ann', exact: true }).click();
    await anns.getByRole('link', { name: 'Change password' }).click();
    const form = anns.getByRole('form', { name: 'Change password' });
    const change = async (old: string) => {
      await form.getByLabel('Old password').fill(old);
      await form.getByLabel(/^New password/).fill('a better password');
      await form.getByLabel('The new password again').fill('a better password');
      await form.getByRole('button', { name: 'Change password' }).click();
    };
    await change('no idea at all');
    await expect(anns.getByRole('alert')).toContainText('The old password is wrong');
    await look(anns, 'password');
    await change(PASSWORD);
    await expect(anns.getByText('Your password was changed.')).toBeVisible();
    await ready(anns);
    await expect(elsewhere.getByRole('link', { name: 'Sign in' })).toBeVisible();
  });
});
