module.exports = async () => {
  console.log('a line');
  console.log();
  console.log('');
  console.log('another');
};
