class Entity {
  id!: string;
  constructor(data: object) {
    Object.assign(this, data);
  }
}
class Post extends Entity {
  title!: string;
  body?: string;
  static readonly kinds = ['post'];
}

export default async () => {
  const post = new Post({ id: '1', title: 'Title', body: 'Body' });
  console.log(JSON.stringify(post), Post.kinds.join());
};
