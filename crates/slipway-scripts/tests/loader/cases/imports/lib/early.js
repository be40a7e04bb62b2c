const migration = require('../migrations/3_itself');

exports.keys = Object.keys(migration);
exports.kind = () => typeof migration;
