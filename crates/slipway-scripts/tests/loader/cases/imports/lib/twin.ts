export const written: string = 'by hand';
