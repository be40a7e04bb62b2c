module.exports = async (client) => {
  await client.items.destroy('1');
  console.error('not what was meant');
  throw new RangeError('too late');
};
