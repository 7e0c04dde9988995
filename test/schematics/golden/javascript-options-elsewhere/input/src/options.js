const path = require('node:path');

exports.root = path.sep;
const options = { websocket: { enabled: true } };
module.exports = { options };
