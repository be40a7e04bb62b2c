const { written } = require('../lib/twin');

module.exports = async () => console.log(written, require('../lib/twin.js').written);
