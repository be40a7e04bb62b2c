export const named: string = 'by name';
