module.exports = {
  async default() {
    console.log('a method');
  },
};
