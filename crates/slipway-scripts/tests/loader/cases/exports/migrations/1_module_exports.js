module.exports = async (client) => console.log((await client.items.list()).length);
