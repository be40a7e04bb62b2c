import States, { Flag } from '../lib/states';
import * as all from '../lib/states';

export default async () => console.log(States.Draft, Flag.On, all.Flag.Off, Object.values(States).join());
