'use strict';
// Files, their collections, tags, filters and tracks.

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';

module.exports = async (world) => {
  const { call, keep, drop, agree, fetched, expect, first } = world;

  async function stored(filename, bytes) {
    const request = await call('uploadRequest', 'create', [], { data: { filename } });
    await fetched('PUT', request.url, bytes, request.request_headers);
    return request.id;
  }

  const pixel = Buffer.from(PIXEL, 'base64');
  const upload = await call('uploads', 'create', [], { data: { path: await stored('pixel.png', pixel), author: 'A. Person' } });
  const text = await call('uploads', 'create', [], { data: { path: await stored('note.txt', 'A note.') } });
  const spare = await call('uploads', 'create', [], { data: { path: await stored('spare.txt', 'Spare.') } });
  await agree('uploads', upload);
  await call('uploads', 'update', [text], { data: { notes: 'to be read' }, params: { replace_strategy: 'create_new_url' } });
  await call('items', 'update', [first], { data: { picture: { upload_id: upload.id } } });
  const shown = await call('uploads', 'references', [upload]);
  expect('uploads.references', shown.map(({ id }) => id), [first.id]);

  const uploads = [upload, text].map(({ id }) => ({ type: 'upload', id }));
  await call('uploads', 'bulkTag', [], { data: { tags: ['small'], uploads } });
  const collection = await keep('uploadCollections', { label: 'Things' });
  await call('uploadCollections', 'update', [collection], { data: { label: 'Small things' } });
  await drop('uploadCollections', { label: 'Spare' });
  await call('uploadCollections', 'reorder', [], { data: [{ id: collection.id, type: 'upload_collection', position: 1, parent: null }] });
  await call('uploads', 'bulkSetUploadCollection', [], { data: { upload_collection: { type: 'upload_collection', id: collection.id }, uploads } });
  await call('uploads', 'bulkDestroy', [], { data: { uploads: [{ type: 'upload', id: spare.id }] } });
  const another = await call('uploads', 'create', [], { data: { path: await stored('another.txt', 'Another.') } });
  await call('uploads', 'destroy', [another]);

  const film = await call('uploads', 'create', [], { data: { path: await stored('film.mp4', 'not really a film') } });
  const words = await stored('film.vtt', 'WEBVTT');
  const track = await call('uploadTracks', 'create', [film], { data: { url_or_upload_request_id: words, type: 'subtitles', language_code: 'pt-BR' } });
  const tracks = await call('uploadTracks', 'list', [film]);
  expect('uploadTracks.list', tracks.map(({ id }) => id), [track.id]);
  await call('uploadTracks', 'destroy', [film, track]);
  await call('uploadTracks', 'generateSubtitles', [film], { data: { language_code: 'pt-BR' } });
  await call('uploads', 'destroy', [film]);

  await call('uploadTags', 'create', [], { data: { name: 'of tin' } });
  const tags = await call('uploadTags', 'list');
  expect('uploadTags.list', tags.map(({ name }) => name).sort(), ['of tin', 'small']);
  const smart = await call('uploadSmartTags', 'list');
  expect('uploadSmartTags.list', Array.isArray(smart), true);

  const filter = await keep('uploadFilters', { name: 'Pictures', shared: true, filter: {} });
  await call('uploadFilters', 'update', [filter], { data: { name: 'All pictures', filter: { query: 'png' } } });
  await drop('uploadFilters', { name: 'Spare', shared: false, filter: {} });

  world.ids.upload = upload.id;
};
