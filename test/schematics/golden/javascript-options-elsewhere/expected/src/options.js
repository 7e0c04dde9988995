const path = require('node:path');

exports.root = path.sep;
const options = { gateway: {} };
module.exports = { options };
