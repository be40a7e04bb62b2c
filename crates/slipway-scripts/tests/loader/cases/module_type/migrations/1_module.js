import { motto } from '../lib/motto.ts';

export default async () => console.log(motto);
