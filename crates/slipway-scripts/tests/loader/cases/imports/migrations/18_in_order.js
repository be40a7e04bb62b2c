const fields = require('../lib/definitions');

module.exports = async () => console.log(Object.keys(fields).join());
