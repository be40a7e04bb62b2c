export { default } from '../lib/migration';
