exports.default = async function (client) {
  console.log(this === undefined, (await client.items.list()).length);
};
