const early = require('../lib/early');

exports.late = 1;
module.exports = async () => console.log(early.keys.join(), early.kind());
