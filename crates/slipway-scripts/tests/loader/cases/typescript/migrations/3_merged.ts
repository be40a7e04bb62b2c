enum Kind {
  News = 1,
}
enum Kind {
  Essay = 2,
}
namespace Kind {
  export const label = (kind: Kind) => `kind ${kind}`;
}
class Model {
  key = Model.prefix + 'a';
}
namespace Model {
  export const prefix = 'model_';
}
function slug() {
  return slug.separator;
}
namespace slug {
  export const separator = '-';
}
interface Box {
  size: number;
}
const Box = { of: (size: number): Box => ({ size }) };

export default async () => console.log(Kind.label(Kind.Essay), new Model().key, slug(), Box.of(3).size);
