abstract class Step {
  static done = 0;
  #order = ++Step.done;
  protected readonly label: string = this.constructor.name;
  constructor(protected readonly client: any, readonly model = 'article') {}
  abstract run(): Promise<void>;
  get order() {
    return this.#order;
  }
}
class Publish extends Step implements Object {
  declare note: string;
  override async run() {
    await this.client.items.publish('1');
    console.log(this.label, this.order, this.model, 'note' in this);
  }
}

export default async (client: unknown) => new Publish(client).run();
