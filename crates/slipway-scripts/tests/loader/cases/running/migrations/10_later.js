module.exports = async (client) => {
  setTimeout(() => client.items.destroy('1').then(() => console.log('destroyed')), 200);
  const never = setTimeout(() => console.log('cleared in vain'), 100);
  clearTimeout(never);
};
