class Base {
  name = 'base';
  constructor() {
    this.init();
  }
  init() {}
}
class Titled extends Base {
  name!: string;
  title?: string;
  order = 1;
  override init() {
    this.title = 'set by the base';
    this.order = 2;
  }
}

export default async () => console.log(JSON.stringify(new Titled()));
