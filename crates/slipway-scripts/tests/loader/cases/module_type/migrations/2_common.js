module.exports = async () => console.log('module.exports all the same');
