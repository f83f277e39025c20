/** Nothing is lost or changed by a slip: a key after a select box, a click over the line, a reload, a server that is
 * away. */
import { expect, open, test } from '../support/fixtures';
import {
  addObject,
  answered,
  opened,
  pane,
  progressCell,
  reload,
  slide,
  stage,
} from '../support/session';
import { clickPixel, showsFrame } from '../support/stage';

// While the server is away the browser reports that it cannot be reached.
test.use({ allowed: /net::ERR_(CONNECTION|INCOMPLETE|EMPTY|SOCKET)/ });

test('a key after a choice by mouse is meant for the page', async ({ page, truth }) => {
  await open(page, '/');
  await page.getByRole('button', { name: 'Open the example' }).click();
  await opened(page);
  await addObject(page, truth.objects[0]);
  const change = page.getByRole('combobox', { name: /^Change of ball 1/ });
  const before = await change.inputValue();

  // Opened by the mouse and left alone, then a letter that begins one of its words.
  await change.click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('m');
  await expect(page.getByRole('button', { name: 'Masks', exact: true })).toHaveAttribute('aria-pressed', 'false');
  await expect(change).toHaveValue(before);
  await expect(change).not.toBeFocused();

  // A slider that was moved by the mouse leaves the arrows to the videos; one that was reached by Tab keeps them.
  const opacity = page.getByRole('slider', { name: 'Opacity of the masks' });
  await opacity.click();
  const fill = await opacity.inputValue();
  await slide(page, 'video 1', 3);
  await showsFrame(stage(page, 1), 3);
  await page.keyboard.press('ArrowRight');
  await showsFrame(stage(page, 1), 4);
  await expect(opacity).toHaveValue(fill);
  await page.keyboard.press('Tab');
  await opacity.focus();
  await page.keyboard.press('ArrowRight');
  await expect(opacity).toHaveValue(String(Number(fill) + 1));
  await showsFrame(stage(page, 1), 4);
});

test('how a person likes to see masks and videos is kept', async ({ page }) => {
  await open(page, '/');
  await page.getByRole('button', { name: 'Open the example' }).click();
  await opened(page);
  const opacity = page.getByRole('slider', { name: 'Opacity of the masks' });
  const outline = page.getByRole('button', { name: 'Outline' });
  const zoom = page.getByRole('button', { name: 'Zoom', exact: true });
  const time = page.getByRole('combobox', { name: 'Move both videos through time together' });
  await expect(outline).toHaveAttribute('aria-pressed', 'true');
  await expect(zoom).toHaveAttribute('aria-pressed', 'true');
  await opacity.fill('40');
  await outline.click();
  await zoom.click();
  await time.selectOption('fraction');
  await slide(page, 'video 1', 20);
  await expect(page).toHaveURL(/video=1&frame=20$/);
  await expect(stage(page, 2)).not.toHaveAttribute('data-frame', '0');
  const beside = Number(await stage(page, 2).getAttribute('data-frame'));

  await reload(page);
  await expect(opacity).toHaveValue('40');
  await expect(outline).toHaveAttribute('aria-pressed', 'false');
  await expect(zoom).toHaveAttribute('aria-pressed', 'false');
  await expect(time).toHaveValue('fraction');
  await showsFrame(stage(page, 1), 20);
  await showsFrame(stage(page, 2), beside);
});

test('under the swipe a click is for the video that is seen', async ({ page, truth }) => {
  await open(page, '/');
  await page.getByRole('button', { name: 'Open the example' }).click();
  await opened(page);
  const both = truth.objects.find((object) => object.in_video1 && object.in_video2) ?? truth.objects[0];
  await addObject(page, both);
  await page.keyboard.press('y');
  await expect(page.locator('.workspace')).toHaveAttribute('data-compare', 'swipe');
  const box = await stage(page, 1).boundingBox();
  if (!box) {
    throw new Error('the canvas is not on the screen');
  }
  await expect(stage(page, 2)).toHaveAttribute('data-frame', /\d/);
  await page.mouse.click(box.x + box.width * 0.6, box.y + box.height / 2);
  await expect(pane(page, 2).getByRole('button', { name: /^Video 2/ })).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByTestId('undo')).toContainText('video 2');
  await page.mouse.click(box.x + box.width * 0.4, box.y + box.height / 2);
  await expect(page.getByTestId('undo')).toContainText('video 1');
});

test('a click is kept while the server is away, and a reload begins where one was', async ({ page, server, truth }) => {
  test.setTimeout(120_000);
  await open(page, '/');
  await page.getByRole('button', { name: 'Open the example' }).click();
  await opened(page);
  await addObject(page, truth.objects[0]);
  const [click] = truth.clicks;
  const cell = progressCell(page, truth.objects[0], 1);
  await slide(page, 'video 1', click.frame);
  await showsFrame(stage(page, 1), click.frame);

  await server.kill();
  await expect(page.getByRole('button', { name: 'No connection' })).toBeVisible();
  await clickPixel(stage(page, 1), truth.clips[0], click);
  await expect(page.getByTestId('saving')).toHaveText('Saving');
  await expect(page.getByText('clicks are kept here and saved when it is back')).toBeVisible();
  await server.launch();
  await expect(page.getByTestId('saving')).toHaveText('All clicks saved', { timeout: 30_000 });
  await expect(cell).toHaveText('1/1');
  await answered(page, 1);

  await slide(page, 'video 1', click.frame + 5);
  await expect(page).toHaveURL(new RegExp(`video=1&frame=${click.frame + 5}$`));
  await reload(page);
  await showsFrame(stage(page, 1), click.frame + 5);
  await expect(cell).toHaveText('1/1');
});
