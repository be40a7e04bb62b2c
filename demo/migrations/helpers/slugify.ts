// Shared by the migrations. The CLI looks for migrations in the top folder only, so helpers live one level down.

/** "Wood-firing " and "wood firing" are the same subject, typed on different days. */
export function normalizeTag(tag: string): string {
  return tag.trim().replace(/-/g, ' ').replace(/\s+/g, ' ').toLowerCase();
}

/** "Wood firing" -> "wood-firing"; accents are folded, everything else becomes a dash. */
export function slugify(text: string): string {
  return text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

/** "wood firing" -> "Wood firing". */
export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
