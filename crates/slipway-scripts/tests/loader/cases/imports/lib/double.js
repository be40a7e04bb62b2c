module.exports = (n) => n * 2;
module.exports.unit = 'px';
