import compiled, { named } from '../lib/compiled';
const required = require('../lib/compiled');

export default async () => console.log(compiled, named, required.default);
