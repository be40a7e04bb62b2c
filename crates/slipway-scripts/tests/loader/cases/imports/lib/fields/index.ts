export { slug } from './slug';
export const title = 'Title';
