const wide: string = 'mts';
export default wide;
