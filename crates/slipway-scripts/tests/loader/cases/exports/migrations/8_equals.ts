import lodash = require('lodash');

async function migration(): Promise<void> {
  console.log(lodash.chunk([1, 2, 3], 2).length);
}

export = migration;
