import { title } from '../lib/fields';
import { slug } from '../lib/fields/index';
const { title: required } = require('../lib/fields');

export default async () => console.log(title, slug, title === required);
