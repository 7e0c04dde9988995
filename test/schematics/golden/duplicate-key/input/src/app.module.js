const { Module } = require('@nestjs/common');
const { StreamingModule } = require('@hive-academy/langgraph-streaming');
module.exports = StreamingModule.forRoot({ websocket: { enabled: false }, websocket: { enabled: true } });
