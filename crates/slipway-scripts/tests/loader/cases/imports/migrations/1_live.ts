import { count, grow } from '../lib/counter';

export default async () => {
  grow();
  grow();
  console.log(count);
};
