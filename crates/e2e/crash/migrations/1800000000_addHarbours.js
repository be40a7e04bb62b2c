/** Something new: a model, its field, a record. Run twice it would fail, and half-run it leaves something behind. */
module.exports = async (client) => {
  const harbour = await client.itemTypes.create({ name: "Harbour", api_key: "harbour", draft_mode_active: false });
  await client.fields.create(harbour, { label: "Name", api_key: "name", field_type: "string" });
  await client.items.create({ item_type: { type: "item_type", id: harbour.id }, name: "Genoa" });
};
