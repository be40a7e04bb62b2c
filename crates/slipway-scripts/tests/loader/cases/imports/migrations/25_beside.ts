import { here } from '../lib/beside';
import { here as folder } from '../lib/beside/';
import { up } from '../lib/beside/up';

export default async () => console.log(here, folder, up);
