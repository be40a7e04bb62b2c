module.exports = 'the index';
