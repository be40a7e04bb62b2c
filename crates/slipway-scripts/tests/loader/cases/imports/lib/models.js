exports.zeta = 1;
exports.alpha = 2;
