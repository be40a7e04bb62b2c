exports.written = 'by a compiler, long ago';
