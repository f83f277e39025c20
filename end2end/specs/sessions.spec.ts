/** Review Sessions: whose they are, finding them, deleting and bringing back; and who did what. */
import { expect, open, ready, test } from '../support/fixtures';
import { look } from '../support/look';
import { addObject, clickObject, opened } from '../support/session';
import { join } from '../support/team';

test.use({ serverArgs: ['--team'], allowed: /^error: Failed to load resource: .*(403|404)/ });

test('three people and two sessions', async ({ page, server, truth, anotherBrowser }) => {
  test.setTimeout(240_000);
  await join(page, server, 'Lea', 'lead');
  const anns = await anotherBrowser();
  await join(anns, server, 'Ann', 'annotator');
  const bobs = await anotherBrowser();
  await join(bobs, server, 'Bob', 'annotator');

  // What Ann makes is hers.
  await anns.getByRole('button', { name: 'Open the example' }).click();
  const hers = await opened(anns);
  await addObject(anns, truth.objects[0]);
  await clickObject(anns, truth, truth.clicks.find((click) => click.object === 0)!);
  // What Lea makes is nobody's until she gives it to somebody.
  await page.getByRole('button', { name: 'Open the example' }).click();
  const leas = await opened(page);
  await open(page, '/sessions');
  const row = (name: string) => page.getByRole('row').filter({ hasText: name });
  await expect(row(hers)).toContainText('annotates Ann');
  await expect(row(leas)).not.toContainText('annotates');
  await page.getByRole('checkbox', { name: `Choose ${leas}` }).check();
  const bar = page.getByRole('region', { name: 'Chosen sessions' });
  await expect(bar).toContainText('1 session chosen');
  await look(page, 'sessions-assign');
  await bar.getByLabel('Annotator').selectOption('Bob');
  await expect(row(leas)).toContainText('annotates Bob');
  await bar.getByLabel('Reviewer').selectOption('Lea');
  await expect(row(leas)).toContainText('reviews Lea');
  // Annotators are not offered for reviews.
  await expect(bar.getByLabel('Reviewer').locator('option')).toHaveText(['Choose', 'Lea', 'Nobody']);

  // The address holds the filter, and a link reproduces the view.
  await page.getByRole('combobox', { name: 'Person' }).selectOption('Ann');
  await expect(row(leas)).toBeHidden();
  await expect(row(hers)).toBeVisible();
  await page.reload();
  await ready(page);
  await expect(page.getByRole('combobox', { name: 'Person' })).toHaveValue(/^\d+$/);
  await expect(row(hers)).toBeVisible();
  await expect(row(leas)).toBeHidden();
  await page.getByRole('combobox', { name: 'Person' }).selectOption('Everybody');
  await expect(row(leas)).toBeVisible();
  await page.getByRole('searchbox').fill('no such words');
  await expect(page.getByText('No session matches.')).toBeVisible();
  await page.getByRole('searchbox').fill('');
  await expect(row(leas)).toBeVisible();

  // Bob may look at Ann's session, and not change it.
  await open(bobs, `/sessions/${hers}`);
  const form = bobs.getByRole('form', { name: 'New object' });
  if (!(await form.isVisible())) {
    await bobs.getByRole('button', { name: 'Add object' }).click();
  }
  await form.getByLabel('Label').fill('not mine');
  await form.getByRole('button', { name: 'Add' }).click();
  await expect(bobs.getByText(/is assigned to Ann/)).toBeVisible();
  await open(bobs, '/sessions');
  await expect(bobs.getByRole('row').filter({ hasText: hers })).toBeVisible();
  await expect(bobs.getByRole('button', { name: /^Delete / })).toHaveCount(0);

  // Who did what, for the session and for one object.
  await open(page, `/sessions/${hers}/review`);
  const history = page.getByRole('region', { name: 'History' });
  const title = `${truth.objects[0].label} ${truth.objects[0].multiplicity}`;
  await expect(history).toContainText(`Annadded ${title}`);
  await expect(history).toContainText('Annmade the session');
  await history.getByLabel('Object').selectOption(title);
  await expect(history).not.toContainText('made the session');
  await expect(history).toContainText(`Annclick: ${title}, video`);
  await history.scrollIntoViewIfNeeded();
  await look(page, 'history');

  // Deleting asks, and can be undone at once and later.
  await open(page, '/sessions');
  await page.getByRole('button', { name: `Delete ${leas}` }).click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(row(leas)).toBeHidden();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(row(leas)).toBeVisible();
  await page.getByRole('button', { name: `Delete ${leas}` }).click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByRole('link', { name: /^Deleted/ }).click();
  await expect(page.getByRole('button', { name: `Bring back ${leas}` })).toBeVisible();
  await look(page, 'sessions-deleted');
  await page.getByRole('button', { name: `Bring back ${leas}` }).click();
  await expect(page.getByRole('button', { name: `Bring back ${leas}` })).toBeHidden();
  await open(page, '/sessions');
  await expect(row(leas)).toContainText('annotates Bob');
});
