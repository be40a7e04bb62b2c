export const right = 'right';
export const both = 'of the right';
