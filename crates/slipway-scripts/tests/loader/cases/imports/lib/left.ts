export const left = 'left';
export const both = 'of the left';
export default 'not exported on';
