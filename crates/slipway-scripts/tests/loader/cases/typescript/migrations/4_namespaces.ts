namespace Schema {
  const hidden = 2;
  export const { width, list: [height] } = { width: 1, list: [hidden] };
  export namespace Inner {
    export const depth = 3;
  }
  export import Alias = Inner;
  export enum Unit {
    Px = 'px',
  }
  export class Box {
    volume = width * height * Alias.depth;
  }
  export type Size = number;
  export function measured(size: Size): string {
    return `${size}${Unit.Px}`;
  }
}
import Depth = Schema.Inner;

export default async () => console.log(Schema.measured(new Schema.Box().volume), Depth.depth, Object.keys(Schema).join());
