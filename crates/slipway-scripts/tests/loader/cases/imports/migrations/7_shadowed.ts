import { left } from '../lib/left';

const echo = (left: string) => left;
class Holder {
  left = left;
  static of(left = 'given') {
    return left;
  }
  [left]() {
    return { left };
  }
}
const { inner = left } = {} as { inner?: string };

export default async () => {
  for (const left of ['in a loop']) console.log(left);
  console.log(echo('argument'), new Holder().left, Holder.of(), new Holder().left, inner, `${left}`, typeof left);
};
