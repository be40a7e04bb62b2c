export const title = { api_key: 'title' };
export const slug = { api_key: 'slug' };
export const body = { api_key: 'body' };
