import type { ItemTypeDefinition } from '@datocms/cma-client';

type Settings = { locales: 'en' | 'it' };
export type Article = ItemTypeDefinition<Settings, 'm', { title: { type: 'string'; localized: true } }>;
export const Article = { ID: 'm' as const, REF: { type: 'item_type', id: 'm' } as const };
