import authors from '../lib/authors.json';
import { first } from '../lib/authors.json';
import * as all from '../lib/authors.json';
import typed from '../lib/authors.json' with { type: 'json' };
const required = require('../lib/authors');

export default async () => {
  console.log(authors.list.length, first, all.first, typed.first, required.first);
  authors.first = 'Grace';
  console.log(required.first);
};
