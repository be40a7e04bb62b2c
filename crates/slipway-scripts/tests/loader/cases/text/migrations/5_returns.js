module.exports = async () => console.log('before the return');
return;
module.exports = undefined;
