import { odd } from '../lib/odd';

export default async () => console.log(odd(7), odd(8));
