const shared: string = 'as main says';
export default shared;
