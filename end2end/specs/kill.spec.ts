/** A power cut in the middle of an offline job: it goes on by itself, and so does the open page. */
import { expect, open, test } from '../support/fixtures';
import { annotateEverything, jobPanel, opened } from '../support/session';

// While the server is away the browser reports that it cannot be reached.
test.use({ allowed: /net::ERR_(CONNECTION|INCOMPLETE|EMPTY|SOCKET)/ });

/** Frames after which the work is safe. */
const CHUNK = 16;

test('a killed server finishes the job after its next start', async ({ page, server, truth }) => {
  test.setTimeout(240_000);
  await open(page, '/');
  await page.getByRole('button', { name: 'Open the example' }).click();
  await opened(page);
  await annotateEverything(page, truth);
  const panel = jobPanel(page);
  await panel.getByRole('button', { name: 'Start Offline Job' }).click();
  const progress = panel.getByText(/\d+ of \d+ frames/);
  await expect.poll(async () => framesDone((await progress.textContent()) ?? '')).toBeGreaterThan(CHUNK + 4);

  await server.kill();
  await expect(page.getByRole('button', { name: 'No connection' })).toBeVisible();
  await server.launch();
  const reports = followJob(server.url);

  // The page comes back by itself and follows the job to its end.
  await expect(page.getByRole('button', { name: 'No connection' })).toBeHidden();
  await expect(panel.getByText('The offline job is done.')).toBeVisible({ timeout: 150_000 });
  await panel.getByRole('link', { name: 'Review the masks' }).click();
  await expect(page.getByRole('link', { name: 'segments.pkl', exact: true })).toBeVisible();

  // What was safe before the cut was not done again.
  const done = await reports;
  expect(done.length).toBeGreaterThan(2);
  expect(Math.min(...done)).toBeGreaterThanOrEqual(CHUNK);
});

function framesDone(words: string): number {
  return Number(/(\d+) of \d+ frames/.exec(words)?.[1] ?? 0);
}

/** Listens to the server's events until the offline job is done; gives the frames done of every report. */
async function followJob(url: string): Promise<number[]> {
  const response = await fetch(`${url}/events`);
  const done: number[] = [];
  let rest = '';
  if (!response.body) {
    throw new Error('the server sends no events');
  }
  for await (const bytes of response.body as unknown as AsyncIterable<Uint8Array>) {
    const lines = (rest + Buffer.from(bytes).toString('utf8')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines.filter((line) => line.startsWith('data:'))) {
      const { job } = JSON.parse(line.slice('data:'.length));
      if (job?.kind === 'propagate') {
        if (job.state === 'done') {
          return done;
        }
        if (job.state === 'running') {
          done.push(job.progress.done);
        }
      }
    }
  }
  throw new Error('the server ended its events before the job was done');
}
