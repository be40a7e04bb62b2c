export const dotted = 'a dot in its name';
