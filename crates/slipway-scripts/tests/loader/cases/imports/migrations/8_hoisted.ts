console.log('the migration');
import '../lib/aloud';

export default async () => console.log('runs');
