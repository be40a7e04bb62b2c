import '../lib/broken';

export default async () => console.log('never');
