export const here = 'a file';
