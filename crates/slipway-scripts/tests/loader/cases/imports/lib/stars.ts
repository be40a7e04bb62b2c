export * from './left';
export * from './right';
export * as nested from './left';
export const own = 'own';
