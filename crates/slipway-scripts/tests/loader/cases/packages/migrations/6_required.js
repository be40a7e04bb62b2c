const { SchemaRepository } = require('@datocms/cma-client-node');
const _ = require('lodash');
const get = require('lodash/get');
const { v5 } = require('uuid');

module.exports = async () => {
  console.log(typeof SchemaRepository, _.get({ a: 1 }, 'a'), get({ a: [{ b: 2 }] }, 'a[0].b'), v5('a', v5.URL));
};
