const { StreamingModule, ErrorPayload, WebSocketGatewayConfig: Config } = require('@hive-academy/langgraph-streaming');

module.exports = { StreamingModule, ErrorPayload, Config };
