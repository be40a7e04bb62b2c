export const padLeft = (n: number): string => String(n).padStart(3, '0');
