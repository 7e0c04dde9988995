/** Resolves LangChain's packages, whoever imports them, from the packages of this folder. */
module.exports = (request, options) =>
  options.defaultResolver(
    request,
    request.startsWith('@langchain/') ? { ...options, basedir: __dirname } : options,
  );
