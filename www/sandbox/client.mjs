// The packages a migration may import, bundled by build.mjs into one classic script.
//
// The official client runs as it is, for the sandbox environment, but for five things: it talks through the page instead of the network, has no
// token, never repeats a call because it waited long, asks for a job's result sooner than every full second, and has its
// files from the page (uploads.mjs).

import * as official from '@datocms/cma-client-browser';
// For each its name, its members that scripts may import by themselves, whether it is an ES module, and a function that
// returns it: see build.mjs.
import purePackages from 'slipway:pure-packages';
import { runIn } from './folder.mjs';
import { withFiles } from './uploads.mjs';

const { ApiError } = official;

// The page sets the real one. The client insists on some.
const NO_TOKEN = 'set-by-the-page';
// As the page asks for its own jobs: none is waited for much longer than a third over its own time.
const FIRST_POLL_MS = 80;
const SLOWER = 1.3;
const SLOWEST_POLL_MS = 2000;

globalThis.__slipwayDefine(({ baseUrl, environment, folder, neverMs, fetch, track, files }) => {
  runIn(folder);
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  async function jobResult(client, id) {
    for (let wait = FIRST_POLL_MS; ; wait = Math.min(wait * SLOWER, SLOWEST_POLL_MS)) {
      await sleep(wait);
      try {
        return await client.jobResults.find(id);
      } catch (error) {
        // 404 is "not yet".
        if (!(error instanceof ApiError) || error.response.status !== 404) throw error;
      }
    }
  }

  const { Upload, UploadTrack, functions } = withFiles({ files, track });

  class Client extends official.Client {
    constructor(config = {}) {
      // The client gives a request up after 30 seconds and sends it again, up to five times, without knowing whether it
      // was done. Whether to wait is for the page to decide.
      super({ environment, ...config, apiToken: NO_TOKEN, baseUrl, fetchFn: fetch, requestTimeout: neverMs });
      this.jobResultsFetcher = (id) => track(jobResult(this, id));
      this.uploads = new Upload(this);
      this.uploadTracks = new UploadTrack(this);
    }
  }

  const namespace = (module, own = {}) =>
    Object.freeze(Object.defineProperty({ ...module, ...own }, '__esModule', { value: true }));

  const packages = { client: namespace(official, { Client, buildClient: (config) => new Client(config), ...functions }) };
  for (const [name, members, isModule, load] of purePackages) {
    let loaded;
    const get = () => (loaded ??= isModule ? namespace(load()) : load());
    Object.defineProperty(packages, name, { enumerable: true, get });
    for (const member of members) {
      Object.defineProperty(packages, `${name}/${member}`, { enumerable: true, get: () => get()[member] });
    }
  }

  return { client: new Client(), packages };
});
