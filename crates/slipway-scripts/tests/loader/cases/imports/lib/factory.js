module.exports = class Factory {
  static make() {
    return new Factory();
  }
};
