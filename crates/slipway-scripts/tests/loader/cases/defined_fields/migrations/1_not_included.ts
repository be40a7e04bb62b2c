class Named {
  name?: string;
}

export default async () => console.log('name' in new Named());
