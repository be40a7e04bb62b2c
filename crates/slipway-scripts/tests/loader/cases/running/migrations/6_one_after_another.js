const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

module.exports = async ({ items }) => {
  for (const id of ['1', '2']) {
    await items.rawUpdate(id, { data: { type: 'item', id, attributes: { title: `Title ${id}` } } });
    await sleep(10);
  }
  console.log('%s of %d', 'both', 2, 'in\nturn', null, undefined, true, 1n);
};
