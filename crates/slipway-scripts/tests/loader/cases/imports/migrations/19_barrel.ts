import * as all from '../lib/barrel';

export default async () => console.log(Object.keys(all).join());
