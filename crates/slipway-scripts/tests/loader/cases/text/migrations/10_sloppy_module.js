import { padLeft } from '../lib/pad';

const frozen = Object.freeze({ size: 1 });

export default async () => {
  for (index = 0; index < 2; index += 1) console.log(padLeft(index));
  frozen.size = 2;
  console.log(frozen.size);
};
