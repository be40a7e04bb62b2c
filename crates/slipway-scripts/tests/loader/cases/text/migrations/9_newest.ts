export default async () => {
  console.log([3, 1].toSorted().at(-1), 1_000, 2n ** 64n === 18446744073709551616n, /\p{L}/u.test('日'), Object.hasOwn({ a: 1 }, 'a'));
  const cause = new Error('inner');
  let none: { a?: number } | null = null;
  none ??= {};
  none.a ||= 1;
  throw new Error(`outer ${none.a}`, { cause });
};
