const helper = require('../lib/left');
const { default: text } = require('../lib/left');

module.exports = async () => console.log(typeof helper, text, helper.left, helper.__esModule);
