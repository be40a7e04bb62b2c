import { written } from '../lib/twin';
import { written as named } from '../lib/twin.js';

export default async () => console.log(written, named);
