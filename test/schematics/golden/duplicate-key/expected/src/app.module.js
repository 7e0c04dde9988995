const { Module } = require('@nestjs/common');
const { StreamingModule } = require('@hive-academy/langgraph-streaming');
// TODO(@hive-academy/langgraph-streaming): DUPLICATE_KEY: the same key is written twice
module.exports = StreamingModule.forRoot({ websocket: { enabled: false }, websocket: { enabled: true } });
