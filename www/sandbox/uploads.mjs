// Files for the client: from the chosen folder, from an address, or made by the script itself.
//
// The vendor's client for Node reads a disk and the network. Here the plugin's page does both, by rules of its own
// (`src/ports/transfer.rs`): `files.open` asks it for the content of a file, `files.send` has it put one where the CMS
// said. What happens between the two is what the client for Node does.

import * as official from '@datocms/cma-client-browser';
import { makeCancelablePromise } from '@datocms/rest-client-utils';

import { md5 } from './md5.mjs';

const { CanceledPromiseError, Resources } = official;

const lastPart = (path) => path.slice(path.lastIndexOf('/') + 1);
const nameInAddress = (url) => lastPart(new URL(url).pathname);

/** Work that can be called off between its steps, with the vendor's promise around it. */
function cancelable(work) {
  let isCanceled = false;
  const goOn = (value) => {
    if (isCanceled) throw new CanceledPromiseError();
    return value;
  };
  return makeCancelablePromise(
    () => work(goOn),
    () => (isCanceled = true),
  );
}

/** The client's resources and functions that need files. `track` keeps the script running until a promise settles. */
export function withFiles({ files, track }) {
  /** Sends content where the CMS wants it; the path under which the CMS then knows it. */
  async function place(client, open, filename, onProgress, goOn) {
    onProgress?.({ type: 'REQUESTING_UPLOAD_URL', payload: { filename } });
    const { id, url, request_headers: headers } = goOn(await client.uploadRequest.create({ filename }));
    onProgress?.({ type: 'UPLOADING_FILE', payload: { progress: 0 } });
    const blob = goOn(await open());
    const type = { 'Content-Type': blob.type || 'application/octet-stream' };
    await files.send({ url, headers: { ...type, ...headers }, blob });
    onProgress?.({ type: 'UPLOADING_FILE', payload: { progress: 100 } });
    return goOn(id);
  }

  async function download(url, onProgress) {
    const blob = await files.open({ url: String(url) });
    onProgress?.({ type: 'DOWNLOADING_FILE', payload: { url, progress: 100 } });
    return blob;
  }

  const uploadLocalFileAndReturnPath = (client, localPath, { filename, onProgress } = {}) =>
    cancelable((goOn) => place(client, () => files.open({ path: localPath }), filename || lastPart(localPath), onProgress, goOn));

  const uploadFileOrBlobAndReturnPath = (client, fileOrBlob, { filename, onProgress } = {}) => {
    const name = filename || fileOrBlob.name;
    if (!name) throw new Error('Missing filename, please provide it as an option!');
    return cancelable((goOn) => place(client, () => fileOrBlob, name, onProgress, goOn));
  };

  class Upload extends Resources.Upload {
    createFromLocalFile({ localPath, ...body }) {
      return this.#create(body, lastPart(localPath), () => files.open({ path: localPath }));
    }

    createFromUrl({ url, ...body }) {
      return this.#create(body, nameInAddress(url), () => download(url, body.onProgress));
    }

    createFromFileOrBlob({ fileOrBlob, ...body }) {
      return this.#create(body, fileOrBlob.name, () => fileOrBlob);
    }

    updateFromLocalFile(uploadId, { localPath, ...body }) {
      return this.#update(uploadId, body, lastPart(localPath), () => files.open({ path: localPath }));
    }

    updateFromUrl(uploadId, { url, ...body }) {
      return this.#update(uploadId, body, nameInAddress(url), () => download(url, body.onProgress));
    }

    updateFromFileOrBlob(uploadId, { fileOrBlob, ...body }) {
      return this.#update(uploadId, body, fileOrBlob.name, () => fileOrBlob);
    }

    #create({ filename, onProgress, skipCreationIfAlreadyExists, ...attributes }, usualName, open) {
      return cancelable(async (goOn) => {
        const blob = goOn(await open());
        if (skipCreationIfAlreadyExists) {
          const checksum = md5(new Uint8Array(await track(blob.arrayBuffer())));
          const found = goOn(await this.list({ filter: { fields: { md5: { eq: checksum } } } }));
          if (found.length > 0) return found[0];
        }
        const path = await place(this.client, () => blob, named(filename || usualName), onProgress, goOn);
        onProgress?.({ type: 'CREATING_UPLOAD_OBJECT' });
        return this.create({ ...attributes, path });
      });
    }

    #update(uploadId, { filename, onProgress, ...attributes }, usualName, open) {
      return cancelable(async (goOn) => {
        const path = await place(this.client, open, named(filename || usualName), onProgress, goOn);
        onProgress?.({ type: 'CREATING_UPLOAD_OBJECT' });
        return this.update(uploadId, { ...attributes, path });
      });
    }
  }

  class UploadTrack extends Resources.UploadTrack {
    createFromLocalFile(uploadId, { localPath, onProgress, ...attributes }) {
      return cancelable(async (goOn) => {
        const open = () => files.open({ path: localPath });
        const path = await place(this.client, open, lastPart(localPath), onProgress, goOn);
        onProgress?.({ type: 'CREATING_UPLOAD_TRACK_OBJECT' });
        return this.create(uploadId, { ...attributes, url_or_upload_request_id: path });
      });
    }
  }

  const functions = { uploadLocalFileAndReturnPath, uploadFileOrBlobAndReturnPath, downloadFile, uploadLocalFileToS3 };
  return { Upload, UploadTrack, functions };
}

function named(name) {
  if (name) return name;
  throw new Error('Missing filename, please provide it as an option!');
}

// Two functions of the client for Node that cannot be had here. Both are called with an address or a path of a disk.

function downloadFile() {
  throw new Error(
    'downloadFile is not available: a migration has no disk to keep the file on. Use `client.uploads.createFromUrl`.',
  );
}

function uploadLocalFileToS3() {
  throw new Error(
    'uploadLocalFileToS3 is not available: only the page sends files. Use `client.uploads.createFromLocalFile` or ' +
      '`uploadLocalFileAndReturnPath`.',
  );
}
