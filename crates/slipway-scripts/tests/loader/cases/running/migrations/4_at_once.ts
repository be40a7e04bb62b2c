export default async (client: any) => {
  const found = await Promise.all(Array.from({ length: 30 }, (_, n) => client.items.find(String(n))));
  console.log(found.length);
};
