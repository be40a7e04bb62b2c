export const slug = 'Slug';
