let colour;
try {
  colour = require('a-package-that-nobody-has');
} catch (error) {
  colour = error.code;
}

module.exports = async () => console.log(colour);
