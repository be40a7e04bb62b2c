import { motto } from 'settings';

export const title = `Title: ${motto}`;
