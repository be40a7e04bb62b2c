const fields = { title: { type: 'string' } } as const satisfies Record<string, { type: string }>;
const same = <T,>(value: T): T => value;
let later!: string;
function check(value: unknown): asserts value is string {}

export default (async function (this: void, client: any) {
  later = fields.title!.type;
  const items = await client.items.list();
  check(later);
  console.log(same<number>(1) as any, (<string>later).length, items?.[0]?.id ?? 'none', later satisfies string);
}) satisfies (client: unknown) => Promise<void>;
