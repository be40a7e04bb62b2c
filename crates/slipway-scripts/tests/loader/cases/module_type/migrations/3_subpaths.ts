import { motto } from '#lib/motto';
import { motto as named } from '#motto';

export default async () => console.log(motto === named, named);
