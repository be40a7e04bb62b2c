import * as models from '../lib/models';

export default async () => console.log(Object.keys(models).join());
