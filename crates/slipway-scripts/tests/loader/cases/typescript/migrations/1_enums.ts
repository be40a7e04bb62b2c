const base = 5;
enum Size {
  Small = 1,
  Medium = Small + 1,
  Wide = 'abc'.length,
  Large = 1 << 3,
  Given = base,
  'in-quotes' = -1,
}
enum Kind {
  News = 'news',
  Same = News,
  Long = `${News}-long`,
}
const enum Inlined {
  First,
  Second = 'second',
}

export default async () => {
  console.log(JSON.stringify(Size), Size[2], JSON.stringify(Kind), Inlined.First, Inlined['Second']);
};
