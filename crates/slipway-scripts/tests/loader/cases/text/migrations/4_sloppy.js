counted = 1;
var octal = 010;

module.exports = async function (client) {
  with ({ inside: 'with' }) console.log(inside);
  console.log(counted, octal, typeof this, arguments.length);
};
