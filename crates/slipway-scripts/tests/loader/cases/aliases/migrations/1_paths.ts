import { title } from '@/fields/title';
import { motto } from 'settings';

export default async () => console.log(title, motto);
