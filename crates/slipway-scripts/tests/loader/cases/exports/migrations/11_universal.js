(function (root, factory) {
  if (typeof module === 'object' && module.exports) module.exports = factory();
  else root.migration = factory();
})(this, () => async () => console.log('universal'));
