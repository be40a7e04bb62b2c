// With the extension: the tool leaves `import()` to Node, which looks for no others.
export default async () => {
  const { default: double } = await import('../lib/double.js');
  const lodash = await import('lodash');
  console.log(double(4), double.unit, lodash.default.last([1, 2]));
};
