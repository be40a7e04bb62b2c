export * from './definitions';
export { right as zebra } from './right';
export * as nested from './definitions';
export const own = 1;
export default 'barrel';
