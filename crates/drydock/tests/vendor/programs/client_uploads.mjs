// Files: from the disk, from an address, replaced both ways, and the same bytes not sent twice.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { clientOf, report } from './project.mjs';

// A picture of one red pixel, and a text.
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';
writeFileSync('pixel.png', Buffer.from(PIXEL, 'base64'));
writeFileSync('note.txt', 'A note of some length.\n'.repeat(5000));
const md5 = (bytes) => createHash('md5').update(bytes).digest('hex');
const fetched = async (url) => md5(Buffer.from(await (await fetch(url)).arrayBuffer()));

const client = clientOf();
const steps = [];
const pixel = await client.uploads.createFromLocalFile({
  localPath: 'pixel.png',
  author: 'A. Person',
  tags: ['red'],
  default_field_metadata: { alt: { en: 'One pixel' }, title: {}, custom_data: {}, focal_point: null, poster_time: null },
  onProgress: ({ type }) => steps.at(-1) !== type && steps.push(type),
});
const same = await client.uploads.createFromLocalFile({ localPath: 'pixel.png', skipCreationIfAlreadyExists: true });
const note = await client.uploads.createFromLocalFile({ localPath: 'note.txt', filename: 'Read me.txt' });
const fromAddress = await client.uploads.createFromUrl({ url: pixel.url, filename: 'second.png' });
const cancelled = client.uploads.createFromLocalFile({ localPath: 'note.txt' });
cancelled.cancel();
const cancellation = await cancelled.then(() => 'done', (error) => error.constructor.name);

writeFileSync('note.txt', 'Shorter.\n');
const replaced = await client.uploads.updateFromLocalFile(note.id, { localPath: 'note.txt', notes: 'replaced' });
const asPixel = await client.uploads.updateFromUrl(fromAddress.id, { url: replaced.url, copyright: 'nobody' });
const collection = await client.uploadCollections.create({ label: 'Small things' });
await client.uploads.update(pixel.id, { upload_collection: collection, tags: ['red', 'small'] });

const listed = [];
for await (const upload of client.uploads.listPagedIterator({ order_by: '_created_at_ASC' }, { perPage: 2 })) listed.push(upload.id);

report({
  ids: [pixel.id, note.id, fromAddress.id],
  listed,
  same: same.id,
  steps,
  cancellation,
  pixel: { width: pixel.width, height: pixel.height, format: pixel.format, isImage: pixel.is_image, alt: pixel.default_field_metadata.alt },
  sums: {
    pixel: [pixel.md5, md5(readFileSync('pixel.png')), await fetched(pixel.url)],
    replaced: [replaced.md5, md5(readFileSync('note.txt')), await fetched(replaced.url)],
    asPixel: [asPixel.md5, md5(readFileSync('note.txt')), await fetched(asPixel.url)],
  },
});
