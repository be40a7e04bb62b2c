import * as all from '../lib/stars';

export default async () => {
  const names = Object.keys(all);
  console.log(names.sort().join(), all.own, all.left, (all as any).both, 'default' in all);
};
