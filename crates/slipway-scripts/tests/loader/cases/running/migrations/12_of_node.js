module.exports = async () => {
  global.shared = 'shared';
  console.log(shared, globalThis === global);
  await new Promise((resolve) => setImmediate(resolve));
  setImmediate(() => console.log('at once'));
};
