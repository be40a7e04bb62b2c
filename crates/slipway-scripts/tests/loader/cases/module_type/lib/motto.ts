export const motto: string = 'Read more';
