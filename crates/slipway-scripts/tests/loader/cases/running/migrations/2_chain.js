module.exports = (client) => {
  client.items.list().then(async (items) => {
    for (const { id } of items) await client.items.publish(id);
  });
};
