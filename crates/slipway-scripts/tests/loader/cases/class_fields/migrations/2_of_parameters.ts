import type { Client } from '@datocms/cma-client-node';

class Mover {
  private readonly items = this.client.items;
  constructor(private readonly client: Client, readonly model = 'article') {}
  label = `moves ${this.model}`;
  async run() {
    console.log(this.label, (await this.items.list()).length);
  }
}

export default async (client: Client) => new Mover(client).run();
