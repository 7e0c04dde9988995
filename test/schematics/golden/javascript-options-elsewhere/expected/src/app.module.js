const { StreamingModule } = require('@hive-academy/langgraph-streaming');
const { options } = require('./options');

exports.imports = [StreamingModule.forRoot(options)];
