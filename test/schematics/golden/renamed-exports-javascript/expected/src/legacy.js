const { StreamingModule, ErrorMessage: ErrorPayload, WebSocketGatewayOptions: Config } = require('@hive-academy/langgraph-streaming');

module.exports = { StreamingModule, ErrorPayload, Config };
