export { here as up } from '.';
