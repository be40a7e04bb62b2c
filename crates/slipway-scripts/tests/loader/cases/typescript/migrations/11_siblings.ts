namespace Schema {
  export const title = 'title';
  export namespace Inner {
    export const depth = 1;
  }
}
namespace Schema {
  export const label = `the ${title}`;
  export namespace Inner {
    export const deeper = depth + 1;
  }
}

export default async () => console.log(Schema.label, Schema.Inner.deeper);
