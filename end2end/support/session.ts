/** What a person does with a session, step by step. */
import { type Locator, type Page, expect } from '@playwright/test';
import { open, ready } from './fixtures';
import { clickPixel, showsFrame } from './stage';
import { type Click, type Side, type Truth, type TruthObject, VIDEOS, title } from './truth';

/** Uploads two videos through the form and waits until they are read; gives the name of the new session. */
export async function upload(page: Page, sceneType: string): Promise<string> {
  await open(page, '/');
  await fillForm(page, sceneType, VIDEOS[1], VIDEOS[2]);
  await page.getByRole('button', { name: 'Upload' }).click();
  return opened(page);
}

type File = string | { name: string; mimeType: string; buffer: Buffer };

/** Fills in the form of *New Annotation*. */
export async function fillForm(page: Page, sceneType: string, video1: File, video2: File): Promise<void> {
  await page.getByLabel('Scene type').fill(sceneType);
  await page.getByLabel('Video 1, before').setInputFiles(video1);
  await page.getByLabel('Video 2, after').setInputFiles(video2);
}

/** Waits until the workspace of a new session is there; gives the session's name. */
export async function opened(page: Page): Promise<string> {
  await page.waitForURL(/\/sessions\/[^/]+$/);
  await expect(pane(page, 1)).toBeVisible();
  await showsFrame(stage(page, 1), 0);
  return decodeURIComponent(new URL(page.url()).pathname.split('/')[2]);
}

/** Opens the workspace of a session. */
export async function openWorkspace(page: Page, session: string): Promise<void> {
  await open(page, `/sessions/${session}`);
  await expect(pane(page, 1)).toBeVisible();
}

/** Reloads the page and waits until it reacts. */
export async function reload(page: Page): Promise<void> {
  await page.reload();
  await ready(page);
}

/** Adds an object through the table's form. The change type has to follow from the check boxes by itself. */
export async function addObject(page: Page, object: TruthObject): Promise<void> {
  const form = page.getByRole('form', { name: 'New object' });
  if (!(await form.isVisible())) {
    await page.getByRole('button', { name: 'Add object' }).click();
  }
  await form.getByLabel('Label').fill(object.label);
  await form.getByLabel('In video 1').setChecked(object.in_video1);
  await form.getByLabel('In video 2').setChecked(object.in_video2);
  await expect(form.getByLabel('Index')).toHaveValue(String(object.multiplicity));
  await expect(form.getByLabel('Change')).toHaveValue(object.change_type);
  await form.getByRole('button', { name: 'Add' }).click();
  await expect(objectRow(page, object)).toContainText(object.change_type);
}

/** The row of an object in the table. */
export function objectRow(page: Page, object: TruthObject): Locator {
  return page.getByRole('row').filter({ has: page.getByRole('button', { name: title(object), exact: true }) });
}

/** The cell that says how many frames of a video are annotated for an object: `1/1`. */
export function progressCell(page: Page, object: TruthObject, side: Side): Locator {
  return objectRow(page, object).getByRole('cell').nth(side);
}

/** One of the two videos of the workspace. */
export function pane(page: Page, side: Side): Locator {
  return page.getByRole('region', { name: `Video ${side}`, exact: true });
}

/** The canvas of a video, in the workspace and in the review. */
export function stage(page: Page, side: Side): Locator {
  return page.locator(`canvas[data-side="${side}"]`);
}

/** Chooses an object and a video, as a person does before a click. */
export async function choose(page: Page, object: TruthObject, side: Side): Promise<void> {
  await objectRow(page, object).getByRole('button', { name: title(object), exact: true }).click();
  await pane(page, side).getByRole('button', { name: new RegExp(`^Video ${side}`) }).click();
}

/** Moves the slider named `label` to a frame. */
export async function slide(page: Page, label: string, frame: number): Promise<void> {
  await page.getByRole('slider', { name: `Frame of ${label}` }).fill(String(frame));
}

/** Goes to the frame of a click with its object chosen. */
export async function goTo(page: Page, truth: Truth, click: Click): Promise<void> {
  await choose(page, truth.objects[click.object], click.side);
  await slide(page, `video ${click.side}`, click.frame);
  await showsFrame(stage(page, click.side), click.frame);
}

/** Clicks an object where the truth says that it is, and waits until the click is saved and answered. */
export async function clickObject(page: Page, truth: Truth, click: Click): Promise<void> {
  await goTo(page, truth, click);
  await clickPixel(stage(page, click.side), truth.clips[click.side - 1], click);
  await answered(page, click.side);
}

/** Waits until all clicks are saved and the model has answered. */
export async function answered(page: Page, side: Side): Promise<void> {
  await expect(page.getByTestId('saving')).toHaveText('All clicks saved');
  await expect(pane(page, side).getByText('making the mask')).toBeHidden();
}

/** The panel of the offline job. */
export function jobPanel(page: Page): Locator {
  return page.getByRole('region', { name: 'Offline job' });
}

/** Starts the offline job and waits until its masks are there. */
export async function propagate(page: Page): Promise<void> {
  await jobPanel(page).getByRole('button', { name: 'Start Offline Job' }).click();
  await expect(jobPanel(page).getByText(/waits for its turn|The offline job runs/)).toBeVisible();
  await expect(jobPanel(page).getByText('The offline job is done.')).toBeVisible({ timeout: 120_000 });
}

/** Adds every changed object and clicks each where it is seen: the session is ready for its offline job. */
export async function annotateEverything(page: Page, truth: Truth): Promise<void> {
  for (const object of truth.objects) {
    await addObject(page, object);
  }
  for (const click of truth.clicks) {
    await clickObject(page, truth, click);
  }
}
