module.exports = { locales: ['en', 'it'], default: { motto: 'Read more' } };
