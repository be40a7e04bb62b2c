import { padLeft } from '../lib/pad';

const exports = { padLeft };
const require = (name: string) => `own ${name}`;
const module = 2;

export default async () => console.log(exports.padLeft(3), require('fs'), module);
