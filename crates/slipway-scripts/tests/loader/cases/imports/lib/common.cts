export const common: string = 'cts';
