const { sep } = require('node:path');
const { dependencies } = require('./package.json');

const LOWEST = Object.keys(dependencies);
const FOLDER = __dirname + sep;

/** Resolves the packages of this folder for everybody outside of it. Inside, npm's tree holds. */
module.exports = (request, options) => {
  const isLowest = LOWEST.some((name) => request === name || request.startsWith(`${name}/`));
  const isOutside = !`${options.basedir}${sep}`.startsWith(FOLDER);
  return options.defaultResolver(
    request,
    isLowest && isOutside ? { ...options, basedir: __dirname } : options,
  );
};
