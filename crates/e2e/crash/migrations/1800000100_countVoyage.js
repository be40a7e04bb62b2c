/** Something changed by what it was: run twice it would count two voyages, and nothing would complain. */
module.exports = async (client) => {
  const [boat] = await client.items.list({ filter: { type: "boat" } });
  await client.items.update(boat.id, { voyages: boat.voyages + 1 });
};
