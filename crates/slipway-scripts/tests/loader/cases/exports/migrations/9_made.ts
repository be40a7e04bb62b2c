const moving = (model: string) => async () => console.log(`moves ${model}`);

export default moving('article')
