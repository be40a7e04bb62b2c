import shared from '../packages/shared';

export default async () => console.log(shared);
