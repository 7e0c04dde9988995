const path = require('node:path');

exports.root = path.sep;
const options = { gateway: { enabled: true } };
module.exports = { options };
