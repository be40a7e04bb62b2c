export const here = 'a folder';
