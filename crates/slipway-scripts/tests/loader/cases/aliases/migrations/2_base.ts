import { motto } from 'lib/settings';
import chunk from 'lodash/chunk';

export default async () => console.log(motto, chunk([1, 2], 1).length);
